import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly token: string | undefined;
  readonly body: unknown;
}

/** What GitHub's API answers to a path; a Buffer is a file. Undefined is 404. */
export type Answers = (request: ApiRequest) => unknown;

export interface GithubApi {
  readonly url: string;
  readonly requests: readonly ApiRequest[];
  readonly stop: () => Promise<void>;
}

/** GitHub's API on this machine, as far as a test says. */
export async function startGithubApi(answers: Answers): Promise<GithubApi> {
  const requests: ApiRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const request: ApiRequest = {
      method: incoming.method ?? "",
      path: (incoming.url ?? "").slice(1),
      token: incoming.headers.authorization?.replace("Bearer ", ""),
      body: text === "" ? undefined : JSON.parse(text),
    };
    requests.push(request);
    const answer = answers(request);
    response.writeHead(answer === undefined ? 404 : 200);
    response.end(Buffer.isBuffer(answer) ? answer : JSON.stringify(answer ?? { message: "Not Found" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
