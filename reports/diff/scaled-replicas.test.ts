import { expect, test } from "vitest";
import type { KubernetesObject } from "../../render/manifest.ts";
import { formatYaml } from "../../render/yaml.ts";
import { comparePlatforms } from "./compare-platforms.ts";

const folder = "dist/production/team";

function workload(kind: string, spec: object): KubernetesObject {
  const template = { spec: { containers: [{ name: "one", image: "one" }] } };
  return { apiVersion: "apps/v1", kind, metadata: { name: "one", namespace: "a" }, spec: { ...spec, template } };
}

function scaler(target: string): KubernetesObject {
  const spec = { scaleTargetRef: { kind: "Deployment", name: target }, minReplicas: 3, maxReplicas: 9 };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "one", namespace: "a" },
    spec,
  };
}

/** What is said when a Deployment with these fields gets those, beside an autoscaler on either side. */
function judge(before: object, after: object, scalers: readonly (KubernetesObject | undefined)[]) {
  const text = (object: KubernetesObject | undefined) => object && formatYaml(object);
  const [was, is] = scalers.map(text);
  const files = [
    {
      path: `${folder}/Deployment.a.one.yaml`,
      before: text(workload("Deployment", before)),
      after: text(workload("Deployment", after)),
    },
    ...(was === undefined && is === undefined
      ? []
      : [{ path: `${folder}/HorizontalPodAutoscaler.a.one.yaml`, before: was, after: is }]),
  ];
  const found = comparePlatforms(files, { before: "before", after: "after" });
  const change = found.find(({ after: object }) => object?.kind === "Deployment");
  return { idle: change?.fields.map(({ idle }) => idle), risks: change?.risks.map(({ id }) => id) };
}

const noticed = { idle: [undefined], risks: [] };
const unnoticed = { idle: ["the default, written out"], risks: ["nothing-happens"] };
const own = scaler("one");

// Argo CD then scales down to the number that git states, whatever the autoscaler had set.
test("one replica, written out or left out, is noticed where an autoscaler sets another number", () => {
  expect(judge({}, { replicas: 1 }, [own, own])).toEqual(noticed);
  expect(judge({ replicas: 1 }, {}, [own, own])).toEqual(noticed);
  expect(judge({}, { replicas: 1 }, [own, undefined])).toEqual(noticed);
  expect(judge({ replicas: 1 }, {}, [undefined, own])).toEqual(noticed);
});

test("without an autoscaler of its own, one replica is what the API server fills in", () => {
  expect(judge({}, { replicas: 1 }, [])).toEqual(unnoticed);
  expect(judge({}, { replicas: 1 }, [scaler("two"), scaler("two")])).toEqual(unnoticed);
});

test("other defaults stay idle beside an autoscaler", () => {
  expect(judge({}, { revisionHistoryLimit: 10 }, [own, own])).toEqual(unnoticed);
});
