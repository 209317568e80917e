import { expect, test } from "vitest";
import { parsePins, releasedImages, releaseRecordSchema, unreleasedTag } from "./pins.ts";
import { versions } from "./versions.ts";

const revision = "0123456789abcdef0123456789abcdef01234567";
const digest = `sha256:${"a".repeat(64)}`;
const repository = "ghcr.io/sipixer/server-chat";
const release = { tag: `main-${revision}`, digest, revision, runNumber: 7 };
const parse = (record: unknown) => parsePins(versions, { "server-chat": record }, releasedImages);

test("a release is run by digest", () => {
  const { images, notices } = parse({ repository, release });
  expect(images["server-chat"]).toEqual({
    repository,
    reference: `${repository}:main-${revision}@${digest}`,
    ours: true,
    released: true,
  });
  expect(notices).toEqual([]);
});

// A new fork has no image yet, and must be able to look at its dist/ all the same.
test("no release yet is a state with a notice, and a tag that no registry has", () => {
  const { images, notices } = parse({ repository, release: null });
  expect(images["server-chat"].reference).toBe(`${repository}:${unreleasedTag}`);
  expect(images["server-chat"].released).toBe(false);
  expect(notices).toEqual([expect.stringContaining("Run the image workflow first")]);
});

test.each([
  ["a short commit", { ...release, tag: "main-0123abc" }],
  ["a tag of another commit", { ...release, tag: `main-${"f".repeat(40)}` }],
  ["a digest of another kind", { ...release, digest: "sha512:abc" }],
  ["a run number of zero", { ...release, runNumber: 0 }],
  ["a run number beyond exact integers", { ...release, runNumber: 2 ** 53 }],
  ["a run number that is text", { ...release, runNumber: "7" }],
  ["an extra field", { ...release, note: "x" }],
  ["a line break", { ...release, tag: `main-${revision}\n` }],
])("%s is refused", (_, wrong) => {
  expect(releaseRecordSchema.safeParse({ repository, release: wrong }).success).toBe(false);
  expect(() => parse({ repository, release: wrong })).toThrow("config/images/server-chat.json: release.");
});

test.each(["latest", "8", "8.2", "main"])(
  "the third-party tag %s is refused: it means something else tomorrow",
  (tag) => {
    const raw = { ...versions, images: { ...versions.images, redis: { ...versions.images.redis, tag } } };
    expect(() => parsePins(raw, {}, [])).toThrow("config/versions.ts: images.redis.tag");
  },
);

test.each(["*", "1.x", ">=1.0.0", "latest", "1.35"])("the chart version %s is refused: it is a range", (version) => {
  const raw = { ...versions, charts: { ...versions.charts, calico: { ...versions.charts.calico, version } } };
  expect(() => parsePins(raw, {}, [])).toThrow("config/versions.ts: charts.calico.version");
});

test("a missing release record is named", () => {
  expect(() => parsePins(versions, {}, releasedImages)).toThrow("config/images/server-chat.json: missing");
});

test("a digest is added to the image as soon as one is known", () => {
  const raw = { ...versions, images: { ...versions.images, redis: { ...versions.images.redis, digest } } };
  expect(parsePins(raw, {}, []).images.redis.reference).toBe(
    `${versions.images.redis.repository}:${versions.images.redis.tag}@${digest}`,
  );
});
