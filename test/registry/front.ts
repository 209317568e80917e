import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface Front {
  readonly host: string;
  readonly stop: () => Promise<void>;
}

/** A server on this machine that answers as told. */
export async function startServer(answer: Answer): Promise<Front> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes a request on to a registry behind, with its answer. */
export async function passOn(host: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await fetch(`http://${host}${request.url}`, { headers: { accept: request.headers.accept ?? "*/*" } });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

/**
 * Stands before a registry as ghcr.io does: nobody reads without a token, and its own endpoint gives one to anybody, for
 * one repository. Whoever has it is answered, or sent to the registry behind.
 */
export function startTokenFront(behind: string, path: string, then: "answer" | "redirect" = "answer"): Promise<Front> {
  return startServer(async (request, response) => {
    const scope = `repository:${path}:pull`;
    const realm = `http://${request.headers.host}/token`;
    const url = new URL(request.url ?? "", realm);
    if (url.pathname === "/token") {
      const granted = url.searchParams.get("scope") === scope && url.searchParams.get("service") === "ghcr.io";
      response.writeHead(granted ? 200 : 403).end(JSON.stringify(granted ? { token: "anonymous" } : {}));
    } else if (request.headers.authorization !== "Bearer anonymous") {
      const challenge = `Bearer realm="${realm}",service="ghcr.io",scope="${scope}"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    } else if (then === "redirect") response.writeHead(307, { location: `http://${behind}${request.url}` }).end();
    else await passOn(behind, request, response);
  });
}
