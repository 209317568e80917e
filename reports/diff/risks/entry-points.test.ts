import { expect, test } from "vitest";
import { risksOf } from "../../../test/risks-of.ts";

function ingress(entryPoints: string | undefined) {
  const annotations: Record<string, string> =
    entryPoints === undefined ? {} : { "traefik.ingress.kubernetes.io/router.entrypoints": entryPoints };
  const metadata = { name: "one", namespace: "a", annotations: { kept: "yes", ...annotations } };
  const spec = { rules: [{ host: "example.com" }] };
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata, spec };
}

const added = { id: "exposes-port", why: "it listens on web too" };
const anyAdded = { id: "exposes-port", why: "it listens on every default entry point of Traefik" };

// Without the annotation Traefik serves an Ingress on its default entry points, port 80 among them.
test.each([
  ["one more", "websecure", "web, websecure", [added]],
  ["one less", "web,websecure", "websecure", [{ id: "interrupts-service", why: "it listens on web no more" }]],
  ["another one", "websecure", "web", [{ id: "interrupts-service", why: "it listens on websecure no more" }, added]],
  ["the same in another order", "web,websecure", "websecure,web", []],
  ["those that are there by default", "websecure", undefined, [anyAdded]],
  [
    "one of the default ones",
    undefined,
    "websecure",
    [{ id: "interrupts-service", why: "it listens on websecure alone" }],
  ],
])("an Ingress with %s", (_, before, after, risks) => {
  expect(risksOf([ingress(before)], [ingress(after)])).toEqual(risks);
});
