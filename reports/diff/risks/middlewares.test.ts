import { expect, test } from "vitest";
import { risksOf } from "../../../test/risks-of.ts";
import { surroundingPaths } from "../surroundings.ts";

function middleware(spec: object) {
  return { apiVersion: "traefik.io/v1alpha1", kind: "Middleware", metadata: { name: "door", namespace: "a" }, spec };
}

function ingress(middlewares: string) {
  const annotations = { "traefik.ingress.kubernetes.io/router.middlewares": middlewares };
  const spec = { rules: [{ host: "example.com" }] };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "b", namespace: "b", annotations },
    spec,
  };
}

const headers = { headers: { customRequestHeaders: { "X-Gitlab-Event": "" } } };
const limit = (average?: number, period?: string) => ({
  rateLimit: { ...(average === undefined ? {} : { average }), ...(period === undefined ? {} : { period }), burst: 10 },
});
const list = (...sourceRange: string[]) => ({ ipAllowList: { sourceRange } });

// The name of the middleware stays in the Ingress, and what it kept out comes in.
test.each([
  ["that is emptied", headers, {}, true],
  ["that lets a header through", headers, { headers: { customRequestHeaders: {} } }, true],
  ["with one header more", headers, { headers: { customRequestHeaders: { "X-Gitlab-Event": "", "X-B": "" } } }, false],
  ["that lets more requests through", limit(50), limit(500), true],
  ["whose limit is 0, which is none", limit(50), limit(0), true],
  ["without an average, which is none", limit(50), limit(), true],
  ["that lets fewer requests through", limit(50), limit(20), false],
  ["that limits now", limit(0), limit(20), false],
  ["that counts for a shorter time", limit(50, "1m"), limit(50, "1s"), true],
  ["that lets another address through", list("10.0.0.1"), list("10.0.0.1", "10.0.0.2"), true],
  ["that lets an address less through", list("10.0.0.1", "10.0.0.2"), list("10.0.0.1"), false],
  ["that lets listed addresses through only", {}, list("10.0.0.1"), false],
])("a middleware %s", (_, before, after, exposes) => {
  const found = risksOf([middleware(before)], [middleware(after)]).map(({ id }) => id);
  expect(found).toEqual(exposes ? ["exposes-port"] : []);
});

// Traefik makes no router that names a middleware which is not there.
test("hosts whose middleware goes answer no more", () => {
  const used = ingress("x-other@kubernetescrd, a-door@kubernetescrd");
  const idsOf = (...around: object[]) =>
    risksOf([middleware(headers), ...(around as [])], around as []).map(({ id }) => id);
  expect(idsOf(used)).toContain("interrupts-service");
  expect(idsOf(ingress("x-other@kubernetescrd"))).not.toContain("interrupts-service");
  expect(idsOf()).not.toContain("interrupts-service");
});

test("a middleware is judged with the Ingresses that may pass it, of whatever app", () => {
  const user = "dist/production/b/Ingress.b.b.yaml";
  const all = [user, "dist/staging/b/Ingress.b.b.yaml", "dist/production/b/Service.b.b.yaml"];
  expect(surroundingPaths(["dist/production/a/Middleware.a.door.yaml"], all)).toEqual([user]);
});
