import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type DockerRegistry, missingRegistry, startDockerRegistry } from "../../test/registry/docker-registry.ts";
import { type Front, passOn, startServer, startTokenFront } from "../../test/registry/front.ts";
import { attach, pushImage, pushReferrers } from "../../test/registry/push-image.ts";
import { openRegistry } from "./registry.ts";

const outsideWorld = { name: "UserError", exitCode: 3 };
const never = new AbortController().signal;
const unknown = `sha256:${"0".repeat(64)}`;

async function serve(...[answer]: Parameters<typeof startServer>): Promise<Front> {
  const server = await startServer(answer);
  onTestFinished(() => server.stop());
  return server;
}

describe.skipIf(missingRegistry !== undefined)(
  `a real registry${missingRegistry ? ` (${missingRegistry})` : ""}`,
  () => {
    let docker: DockerRegistry;
    beforeAll(async () => {
      docker = await startDockerRegistry();
    });
    afterAll(() => docker.stop());

    test("a tag and a digest give the same index, with the digest computed here", async () => {
      const { repository, release, index } = await pushImage(docker);
      const registry = openRegistry(repository, never);
      const tagged = await registry.readManifest(release.tag);
      expect(tagged).toMatchObject({ digest: index.digest });
      expect(tagged?.manifests).toHaveLength(2);
      expect(await registry.readManifest(index.digest)).toEqual(tagged);
    });

    test("what the registry does not have is null, in a repository that exists and in one that does not", async () => {
      const { repository } = await pushImage(docker);
      expect(await openRegistry(repository, never).readManifest(unknown)).toBeNull();
      expect(await openRegistry(repository, never).readManifest("main-none")).toBeNull();
      expect(await openRegistry(`${docker.host}/owner/absent`, never).readManifest("main-none")).toBeNull();
      expect(await openRegistry(repository, never).listReferrers(unknown)).toEqual([]);
    });

    // Debian's registry, like ghcr.io, has no referrers API.
    test("referrers are found by the tag that replaces the API", async () => {
      const image = await pushImage(docker, { path: "owner/tagged" });
      await attach(docker, image, [{ a: 1 }, { b: 2 }]);
      const registry = openRegistry(image.repository, never);
      const referrers = await registry.listReferrers(image.index.digest);
      expect(referrers).toHaveLength(2);
      const manifest = await registry.readManifest(referrers[1]?.digest ?? "");
      expect((await registry.readBlob(manifest?.layers[0]?.digest ?? "", 100)).toString()).toBe('{"b":2}');
    });

    test("where there is a referrers API, it is asked", async () => {
      const image = await pushImage(docker, { path: "owner/api" });
      const referrers = await pushReferrers(docker, image, [{ a: 1 }]);
      const front = await serve((request, response) =>
        request.url === `/v2/owner/api/referrers/${image.index.digest}`
          ? void response.end(JSON.stringify(referrers))
          : passOn(docker.host, request, response),
      );
      const listed = await openRegistry(`${front.host}/owner/api`, never).listReferrers(image.index.digest);
      expect(listed).toHaveLength(1);
      expect(await openRegistry(image.repository, never).listReferrers(image.index.digest)).toEqual([]);
    });

    test("a token is fetched when the registry wants one, once", async () => {
      const image = await pushImage(docker, { path: "owner/private" });
      const front = await startTokenFront(docker.host, image.path);
      onTestFinished(() => front.stop());
      const registry = openRegistry(`${front.host}/${image.path}`, never);
      expect(await registry.readManifest(image.release.tag)).toMatchObject({ digest: image.index.digest });
      expect(await registry.readManifest(image.index.digest)).toMatchObject({ digest: image.index.digest });
    });

    // ghcr.io sends readers of blobs to a storage server, which is no business of the token's.
    test("a redirect is followed, without the token", async () => {
      const image = await pushImage(docker, { path: "owner/elsewhere" });
      const blob = await docker.pushBlob(image.path, { mediaType: "text/plain", bytes: Buffer.from("stored") });
      const tokens: unknown[] = [];
      const storage = await serve((request, response) => {
        tokens.push(request.headers.authorization);
        return passOn(docker.host, request, response);
      });
      const front = await startTokenFront(storage.host, image.path, "redirect");
      onTestFinished(() => front.stop());
      const registry = openRegistry(`${front.host}/${image.path}`, never);
      expect((await registry.readBlob(blob.digest, 100)).toString()).toBe("stored");
      expect(tokens).toEqual([undefined]);
    });

    test("a repository that gives anonymous readers no token is private, and the remedy says so", async () => {
      const image = await pushImage(docker, { path: "owner/private" });
      const front = await startTokenFront(docker.host, "owner/another");
      onTestFinished(() => front.stop());
      await expect(openRegistry(`${front.host}/${image.path}`, never).readManifest("x")).rejects.toMatchObject({
        ...outsideWorld,
        remedy: expect.stringContaining("Change visibility"),
      });
    });

    test("content that is not what its digest says is refused", async () => {
      const image = await pushImage(docker, { path: "owner/tampered", content: "tampered" });
      const blob = await docker.pushBlob(image.path, { mediaType: "text/plain", bytes: Buffer.from("true") });
      docker.tamper(blob.digest, "lies");
      docker.tamper(image.index.digest, JSON.stringify({ schemaVersion: 2, manifests: [] }));
      const registry = openRegistry(image.repository, never);
      await expect(registry.readBlob(blob.digest, 100)).rejects.toMatchObject({
        ...outsideWorld,
        message: expect.stringContaining(`when asked for ${blob.digest}`),
      });
      await expect(registry.readManifest(image.index.digest)).rejects.toMatchObject(outsideWorld);
      await expect(registry.readBlob(unknown, 100)).rejects.toMatchObject(outsideWorld);
    });
  },
);

test("a registry that is down is the outside world's failure", async () => {
  await expect(openRegistry("127.0.0.1:1/owner/name", never).readManifest("x")).rejects.toMatchObject(outsideWorld);
});

test.each(["headers", "body"])(
  "a registry that does not end its %s is waited for no longer than told",
  async (part) => {
    const server = await serve((_request, response) => {
      if (part === "body") response.writeHead(200).write("{");
    });
    const registry = openRegistry(`${server.host}/owner/name`, AbortSignal.timeout(200));
    await expect(registry.readManifest("x")).rejects.toMatchObject({
      ...outsideWorld,
      message: expect.stringContaining("did not answer in time"),
    });
  },
);

// An answer without end would fill the memory before any digest could be compared.
test("an endless answer is cut off", async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
    };
    response.on("drain", more);
    more();
  });
  const registry = openRegistry(`${server.host}/owner/name`, never);
  for (const read of [
    () => registry.readManifest("x"),
    () => registry.readBlob(unknown, 1000),
    () => registry.listReferrers(unknown),
  ])
    await expect(read()).rejects.toMatchObject({ ...outsideWorld, message: expect.stringContaining("more than") });
});

test.each([
  ["a server error", 503, "{}"],
  ["too many requests", 429, "{}"],
  ["a page", 200, "<html>"],
  ["another document", 200, '{"manifests": "none"}'],
  ["a digest that is a path", 200, '{"layers": [{"mediaType": "x", "size": 1, "digest": "../../secret"}]}'],
])("%s is the outside world's failure", async (_name, status, body) => {
  const server = await serve((_request, response) => void response.writeHead(status).end(body));
  const registry = openRegistry(`${server.host}/owner/name`, never);
  await expect(registry.readManifest("x")).rejects.toMatchObject(outsideWorld);
  await expect(registry.listReferrers(unknown)).rejects.toMatchObject(outsideWorld);
});

// Whoever answers in the registry's place must not learn more by sending us to another server.
test.each(['Bearer realm="http://127.0.0.1:1/token"', 'Basic realm="registry"', "Bearer", 'Bearer realm="nowhere"'])(
  "the login %s is not followed",
  async (challenge) => {
    const server = await serve(
      (_request, response) => void response.writeHead(401, { "www-authenticate": challenge }).end(),
    );
    await expect(openRegistry(`${server.host}/owner/name`, never).readManifest("x")).rejects.toMatchObject({
      ...outsideWorld,
      message: expect.stringContaining("not a token of its own"),
    });
  },
);

test("a token that does not help is not asked for again", async () => {
  let asked = 0;
  const server = await serve((request, response) => {
    if (request.url?.startsWith("/token")) {
      asked += 1;
      response.end('{"token": "useless"}');
    } else {
      const challenge = `Bearer realm="http://${request.headers.host}/token",service="x"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    }
  });
  await expect(openRegistry(`${server.host}/owner/name`, never).readManifest("x")).rejects.toMatchObject(outsideWorld);
  expect(asked).toBe(1);
});
