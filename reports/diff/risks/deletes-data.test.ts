import { expect, test } from "vitest";
import { risksOf } from "../../../test/risks-of.ts";

const data = { name: "data", mountPath: "/data" };

function statefulSet(mount: object, volumes: readonly object[] = []) {
  const template = { spec: { containers: [{ name: "one", volumeMounts: [mount] }], volumes } };
  const spec = { template, volumeClaimTemplates: [{ metadata: { name: "data" } }] };
  return { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "one", namespace: "a" }, spec };
}

const losses = (...sides: Parameters<typeof risksOf>) => risksOf(...sides).filter(({ id }) => id === "deletes-data");

// What was written is still in the volume, and no program looks there any more.
test("a part of a claim that is chosen by a variable is another part", () => {
  const after = statefulSet({ ...data, subPathExpr: "$(POD_NAME)" });
  expect(losses([statefulSet(data)], [after])).toHaveLength(1);
});

test("a volume that takes the place of a claim, where the claim was", () => {
  const after = statefulSet({ name: "tmp", mountPath: "/data" }, [{ name: "tmp", emptyDir: {} }]);
  expect(losses([statefulSet(data)], [after])).toHaveLength(1);
});

// A claim template takes precedence over a volume of its name (apps/v1 StatefulSetSpec, volumeClaimTemplates).
test("a volume with the name of a claim template hides nothing", () => {
  const after = statefulSet(data, [{ name: "data", emptyDir: {} }]);
  expect(losses([statefulSet(data)], [after])).toEqual([]);
});
