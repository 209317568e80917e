import { setTimeout as pause } from "node:timers/promises";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { dropMessages, isNodesChannel } from "./bus-drop.ts";
import type { Ban } from "./history.ts";
import { createParticipant, type Participant } from "./participant.ts";
import type { Random } from "./random.ts";
import type { Recorder } from "./recorder.ts";
import { ask } from "./rest-calls.ts";
import type { Stage } from "./stage.ts";
import type { StageNode } from "./stage-node.ts";
import { waitUntil } from "./wait-until.ts";

/** The bus carries an order at once; a node that did not hear of a ban reads the list every 5 s. */
const heardBoundMs = 2_000;
const unheardBoundMs = 8_000;

interface Parts {
  readonly stage: Stage;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly room: string;
}

/**
 * Bans one user while every node hears of it and another one while a node is deaf to it, and kicks a third. Each is
 * connected to every node, and writes without a pause until the doors close.
 */
export async function watchBans(parts: Parts): Promise<readonly Ban[]> {
  return [
    await expel(parts, { name: "banned", order: "ban", boundMs: heardBoundMs }),
    await withDeafNode(parts, () => expel(parts, { name: "banned-2", order: "ban", boundMs: unheardBoundMs })),
    await expel(parts, { name: "kicked", order: "kick", boundMs: heardBoundMs }),
  ];
}

/** What nodes tell each other does not reach the last one. */
async function withDeafNode<T>({ stage }: Parts, act: () => Promise<T>): Promise<T> {
  const { redisLink } = stage.nodes.at(-1) as StageNode;
  redisLink.rewrite((chunk, direction) => (direction === "down" ? dropMessages(chunk, isNodesChannel) : chunk));
  try {
    return await act();
  } finally {
    redisLink.heal();
  }
}

async function expel(
  parts: Parts,
  { name, order, boundMs }: { readonly name: string; readonly order: "ban" | "kick"; readonly boundMs: number },
): Promise<Ban> {
  const { stage, recorder, random } = parts;
  const connections = await connectEverywhere(parts, name);
  const writing = new AbortController();
  for (const { participant } of connections) participant.chat(random, { from: 20, to: 100 }, writing.signal);
  await pause(500);

  const { user, token } = connections[0]?.participant.session ?? { user: { id: "" }, token: "" };
  const body = { user: user.id, ...(order === "ban" && { seconds: 3_600 }) };
  const atMs = recorder.nowMs();
  const { status } = await ask(stage.nodes[0] as StageNode, order, { token: stage.moderatorToken, body });
  if (status !== 200 && status !== 201) throw new Error(`the order to ${order} was answered ${status}`);

  const since = () => recorder.nowMs() - atMs;
  const code = closeCodes[order === "ban" ? "banned" : "kicked"].code;
  const doors = connections.flatMap(({ node, participant }) => {
    const closed = async () => {
      const found = () => participant.closes.find((close) => close.code === code);
      await waitUntil(() => found() !== undefined, boundMs);
      const close = found();
      return { door: `a connection to ${node.name}`, ms: close && close.atMs - atMs };
    };
    const refused = async () => {
      const isRefused = async () =>
        (await ask(node, "readPresence", { token, params: { room: parts.room } })).status === 403;
      const done = await waitUntil(isRefused, boundMs);
      return { door: `REST of ${node.name}`, ms: done ? since() : undefined };
    };
    return order === "ban" ? [closed(), refused()] : [closed()];
  });
  const followed = await Promise.all(doors);
  // Whoever could still write would do so now.
  await pause(500);
  writing.abort();
  for (const { participant } of connections) participant.stop();
  return { user: user.id, atMs, boundMs, doors: followed };
}

/** One user with a connection to each node. */
async function connectEverywhere({ stage, recorder, room }: Parts, name: string) {
  const connections: { readonly node: StageNode; readonly participant: Participant }[] = [];
  for (const node of stage.nodes) {
    const session = connections[0]?.participant.session;
    const own = { name: `${name}-at-${node.name}`, userName: name, url: node.url, rooms: [room], recorder };
    const participant = createParticipant(session === undefined ? own : { ...own, session });
    connections.push({ node, participant });
    if (!(await waitUntil(() => participant.settled, 10_000))) throw new Error(`${name} did not get into ${room}`);
  }
  return connections;
}
