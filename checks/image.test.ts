import { expect, test } from "vitest";
import { parseImage } from "./image.ts";

test.each([
  ["redis", { repository: "redis", tag: undefined, digest: undefined }],
  ["registry:5000/redis", { repository: "registry:5000/redis", tag: undefined, digest: undefined }],
  ["registry:5000/redis:8.2.2", { repository: "registry:5000/redis", tag: "8.2.2", digest: undefined }],
  ["ghcr.io/a/b:1@sha256:0", { repository: "ghcr.io/a/b", tag: "1", digest: "sha256:0" }],
  ["ghcr.io/a/b@sha256:0", { repository: "ghcr.io/a/b", tag: undefined, digest: "sha256:0" }],
])("%s", (reference, image) => {
  expect(parseImage(reference)).toEqual(image);
});
