import { createVerify, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";

/** What GitHub shows beside a commit. */
export interface CommitStatus {
  readonly state: string;
  readonly description: string;
  readonly target_url: string;
}

/** A GitHub App that is installed in one repository. */
export interface GithubApp {
  readonly id: string;
  readonly installation: string;
  /** PEM */
  readonly privateKey: string;
}

export type GithubApi = Awaited<ReturnType<typeof startGithubApi>>;

const calls = {
  token: /^\/app\/installations\/(?<installation>\d+)\/access_tokens$/,
  status: /^\/repos\/(?<repository>[^/]+\/[^/]+)\/statuses\/(?<revision>[^/]+)$/,
} as const;

/**
 * The two calls of GitHub's API that report a commit status, on loopback and as strict as the real ones: a token only for
 * whoever signs with the App's key (docs.github.com, "Generating a JSON Web Token for a GitHub App"), a status only with
 * that token. Everything else is refused, and remembered.
 */
export async function startGithubApi() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const app: GithubApp = { id: "12345", installation: "67890", privateKey };
  const token = `ghs_${randomBytes(18).toString("hex")}`;
  const statuses = new Map<string, CommitStatus[]>();
  const refused: string[] = [];

  function answer(method: string, path: string, credential: string, body: string): readonly [number, object] {
    const wanted = calls.token.exec(path)?.groups;
    if (method === "POST" && wanted?.installation === app.installation) {
      if (!isSignedBy(app.id, publicKey, credential)) return [401, { message: "Bad credentials" }];
      return [201, { token, expires_at: new Date(Date.now() + 3_600_000).toISOString() }];
    }
    const { repository, revision } = calls.status.exec(path)?.groups ?? {};
    if (method === "POST" && repository && revision) {
      if (credential !== token) return [401, { message: "Bad credentials" }];
      const { context, ...status } = JSON.parse(body) as CommitStatus & { context: string };
      const key = `${repository} ${revision} ${context}`;
      statuses.set(key, [...(statuses.get(key) ?? []), status]);
      return [201, {}];
    }
    return [404, { message: "Not Found" }];
  }

  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const [, credential = ""] = /^(?:Bearer|token) (.+)$/.exec(headers.authorization ?? "") ?? [];
    const [status, content] = answer(method, url, credential, await readText(request));
    if (status !== 201) refused.push(`${status} ${method} ${url}`);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the API has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    app,
    refused: refused as readonly string[],
    /** Every status that a commit got under a context, the first one first. */
    statusesOf: (repository: string, revision: string, context: string): readonly CommitStatus[] =>
      statuses.get(`${repository} ${revision} ${context}`) ?? [],
    /** `<owner>/<name> <commit> <context>` of everything that got one. */
    reported: () => [...statuses.keys()],
    close: () => void server.close(),
  };
}

function isSignedBy(issuer: string, publicKey: string, jwt: string): boolean {
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const verifier = createVerify("RSA-SHA256").update(`${header}.${payload}`);
  if (!verifier.verify(publicKey, signature, "base64url")) return false;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { iss: unknown; exp: number };
  return String(claims.iss) === issuer && claims.exp * 1000 > Date.now();
}

async function readText(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
