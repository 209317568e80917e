import { expect, test } from "vitest";
import { mountOf } from "./mounts.ts";

const container = {
  volumeMounts: [
    { name: "run", mountPath: "/run" },
    { name: "redis", mountPath: "/run/secrets/redis/" },
    { name: "data", mountPath: "/data" },
  ],
};

test.each([
  ["/data", "data"],
  ["/data/appendonlydir", "data"],
  ["/database", undefined],
  ["/run/secrets/redis/password", "redis"],
  ["/run/secrets/signing", "run"],
  ["/", undefined],
])("%s lies in the mount %s", (path, name) => {
  expect(mountOf({ container }, path)?.name).toBe(name);
});
