import { readFileSync, realpathSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { sep } from "node:path";
import { parse } from "yaml";

/** An object as the API server returns it; a test states the fields that it reads. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** A kind, and where it is looked for: without a namespace in all of them. */
export interface KindReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
}

/** One object by its name. */
export interface ObjectReference extends KindReference {
  readonly name: string;
}

/** An object on its way to the API server. */
export interface NewObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly generateName?: string; readonly namespace?: string };
}

export interface Answer {
  readonly object: StoredObject;
  /** What the API server says beside its answer: unknown or deprecated fields, Pod Security. */
  readonly warnings: readonly string[];
}

/** The API server said no. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

export type Kube = ReturnType<typeof createKube>;

/**
 * A client of the API server that `kubeconfig` names, with strict field validation for everything it writes.
 * Throws unless the file lies inside `folder`, the folder of the cluster that the suite started itself: whatever
 * KUBECONFIG or the home folder point at, no request of the suite can reach it.
 */
export function createKube(kubeconfig: string, folder: string) {
  const file = realpathSync(kubeconfig);
  if (!file.startsWith(realpathSync(folder) + sep)) {
    throw new Error(`${kubeconfig} does not lie in ${folder}: the suite talks to no cluster but its own`);
  }
  const { clusters, users } = parse(readFileSync(file, "utf8")) as {
    clusters: [{ cluster: { server: string; "certificate-authority-data": string } }];
    users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
  };
  const { server, "certificate-authority-data": ca } = clusters[0].cluster;
  const { "client-certificate-data": cert, "client-key-data": key } = users[0].user;
  const [caText, certText, keyText] = [ca, cert, key].map((text) => Buffer.from(text, "base64").toString("utf8"));
  const agent = new Agent({ keepAlive: true, ca: caText, cert: certText, key: keyText });
  const resources = new Map<string, readonly Resource[]>();

  function open(method: string, path: string, body: object | undefined, type: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { accept: "application/json", ...(body === undefined ? {} : { "content-type": type }) };
      const call = request(new URL(path, server), { method, agent, headers }, resolve);
      call.on("error", ({ message }) => reject(new Error(`The API server ${server} does not answer: ${message}`)));
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  async function call<T>(
    method: string,
    path: string,
    body?: object,
    type = "application/json",
  ): Promise<{ value: T; warnings: string[] }> {
    const response = await open(method, path, body, type);
    const text = await readText(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new Refusal(status, `${method} ${path}: ${status} ${messageOf(text)}`);
    return { value: JSON.parse(text) as T, warnings: warningsOf(response) };
  }

  async function pathOf({ apiVersion, kind, namespace }: KindReference, name?: string): Promise<string> {
    const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    let known = resources.get(apiVersion);
    if (!known?.some((one) => one.kind === kind)) {
      known = (await call<{ resources: Resource[] }>("GET", base)).value.resources;
      resources.set(apiVersion, known);
    }
    const resource = known.find((one) => one.kind === kind && !one.name.includes("/"));
    if (!resource) throw new Refusal(404, `${base} has no ${kind}`);
    const scope = resource.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
    return `${base}${scope}/${resource.name}${name === undefined ? "" : `/${name}`}`;
  }

  return {
    /** The object, or undefined if there is none of that name. */
    async get<T extends StoredObject>(reference: ObjectReference): Promise<T | undefined> {
      try {
        return (await call<T>("GET", await pathOf(reference, reference.name))).value;
      } catch (error) {
        if (error instanceof Refusal && error.status === 404) return undefined;
        throw error;
      }
    },

    async list<T extends StoredObject>(reference: KindReference, labelSelector = ""): Promise<T[]> {
      const query = labelSelector === "" ? "" : `?labelSelector=${encodeURIComponent(labelSelector)}`;
      const { apiVersion, kind } = reference;
      const { items } = (await call<{ items: T[] }>("GET", `${await pathOf(reference)}${query}`)).value;
      return items.map((item) => ({ ...item, apiVersion, kind }));
    },

    /**
     * Server-side apply, as `kubectl apply --server-side --force-conflicts`. Fields that the same manager applied before
     * and leaves out now are removed.
     */
    async apply(
      object: NewObject & { metadata: { name: string } },
      options: { readonly dryRun?: boolean; readonly manager?: string } = {},
    ): Promise<Answer> {
      const { apiVersion, kind, metadata } = object;
      const path = await pathOf({ apiVersion, kind, namespace: metadata.namespace }, metadata.name);
      const { manager = "e2e", dryRun } = options;
      const query = `fieldManager=${manager}&force=true&fieldValidation=Strict${dryRun === true ? "&dryRun=All" : ""}`;
      const { value, warnings } = await call<StoredObject>(
        "PATCH",
        `${path}?${query}`,
        object,
        "application/apply-patch+yaml",
      );
      return { object: value, warnings };
    },

    async create(object: NewObject, options: { readonly dryRun?: boolean } = {}): Promise<Answer> {
      const { apiVersion, kind, metadata } = object;
      const path = await pathOf({ apiVersion, kind, namespace: metadata.namespace });
      const query = `fieldValidation=Strict${options.dryRun === true ? "&dryRun=All" : ""}`;
      const { value, warnings } = await call<StoredObject>("POST", `${path}?${query}`, object);
      return { object: value, warnings };
    },

    /** JSON merge patch. */
    async patch(reference: ObjectReference, change: object): Promise<void> {
      await call("PATCH", await pathOf(reference, reference.name), change, "application/merge-patch+json");
    },

    async remove(reference: ObjectReference): Promise<void> {
      await call("DELETE", await pathOf(reference, reference.name));
    },

    /** Hands every object of a kind over, those that exist first, then each version of it. Ends with `signal`. */
    async watch<T extends StoredObject>(
      reference: KindReference,
      see: (object: T) => void,
      signal: AbortSignal,
    ): Promise<void> {
      const path = await pathOf(reference);
      const { value } = await call<{ items: T[]; metadata: { resourceVersion: string } }>("GET", path);
      for (const item of value.items) see(item);
      const stream = await open(
        "GET",
        `${path}?watch=1&resourceVersion=${value.metadata.resourceVersion}`,
        undefined,
        "",
      );
      signal.addEventListener("abort", () => stream.destroy(), { once: true });
      stream.setEncoding("utf8");
      stream.on("error", () => undefined);
      let rest = "";
      stream.on("data", (chunk: string) => {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const event = JSON.parse(line) as { type: string; object: T };
          if (event.type === "ADDED" || event.type === "MODIFIED") see(event.object);
        }
      });
    },
  };
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response) text += chunk;
  return text;
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}

/** `299 - "text"`: Node joins repeated headers with a comma, and the text is a quoted string. */
function warningsOf(response: IncomingMessage): string[] {
  return [...(response.headers.warning ?? "").matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    text.replaceAll(/\\(.)/g, "$1"),
  );
}
