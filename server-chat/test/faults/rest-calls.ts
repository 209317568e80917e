import { limits } from "../../src/protocol/limits.ts";
import type { Answer, RestName } from "../../src/protocol/rest.ts";
import { rest } from "../../src/protocol/rest.ts";
import type { Final, Stored } from "./history.ts";
import { hashText } from "./participant.ts";
import type { StageNode } from "./stage-node.ts";

/** Asks a node itself, past all proxies. The status and the body, whatever they are. */
export async function ask<Name extends RestName>(
  node: StageNode,
  name: Name,
  {
    token,
    params = {},
    query = {},
    body,
  }: {
    readonly token?: string;
    readonly params?: Readonly<Record<string, string | number>>;
    readonly query?: Readonly<Record<string, string | number>>;
    readonly body?: object;
  },
): Promise<{ readonly status: number; readonly answer: Answer<Name> }> {
  const { method, path } = rest[name];
  const filled = path.replace(/:(\w+)/g, (_, key: string) => String(params[key]));
  const search = new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  );
  const response = await fetch(`${node.url}${filled}?${search}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: response.status, answer: (await response.json()) as Answer<Name> };
}

/** The room as a node tells it, from the oldest message to the newest. */
export async function readFinal(node: StageNode, room: string, token: string): Promise<Final> {
  const messages: Stored[] = [];
  for (let after = 0; ; ) {
    const query = { after, limit: limits.page };
    const { status, answer } = await ask(node, "readMessages", { token, params: { room }, query });
    if (status !== 200) throw new Error(`${node.name} answered ${status} for the history of ${room}`);
    for (const { seq, id, user, text, ts, deleted = false } of answer.messages) {
      messages.push({ seq, id, user: user.id, hash: hashText(text), ts, deleted });
    }
    after = messages.at(-1)?.seq ?? 0;
    if (!answer.more) return { room, node: node.name, epoch: answer.epoch, head: answer.head, messages };
  }
}
