import { expect, test } from "vitest";
import { surroundingPaths } from "./surroundings.ts";

const all = [
  "bootstrap/production/30-Application.root.yaml",
  "dist/production/applications/AppProject.argocd.chat.yaml",
  "dist/production/applications/Application.argocd.chat.yaml",
  "dist/production/applications/Application.argocd.redis.yaml",
  "dist/production/chat/Deployment.a.chat.yaml",
  "dist/production/chat/HorizontalPodAutoscaler.a.chat.yaml",
  "dist/production/namespaces/Namespace.a.yaml",
  "dist/production/namespaces/NetworkPolicy.a.one.yaml",
  "dist/production/namespaces/NetworkPolicy.b.one.yaml",
  "dist/production/redis/StatefulSet.a.redis.yaml",
  "dist/staging/namespaces/NetworkPolicy.a.one.yaml",
];
const around = (...changed: string[]) => surroundingPaths(changed, all);
const production = (path: string) => `dist/production/${path}`;

// A thousand apps are read in no time because nearly none of them is.
test("an app is judged with its Application, its project and its autoscalers, whatever else there is", () => {
  expect(around(production("chat/Deployment.a.chat.yaml"))).toEqual([
    production("applications/AppProject.argocd.chat.yaml"),
    production("applications/Application.argocd.chat.yaml"),
    production("chat/HorizontalPodAutoscaler.a.chat.yaml"),
  ]);
});

test("a policy is judged with the others of its namespace and environment", () => {
  expect(around(production("namespaces/NetworkPolicy.a.two.yaml"))).toEqual([
    production("namespaces/NetworkPolicy.a.one.yaml"),
  ]);
});

test("a namespace that changes is judged with what keeps data in it", () => {
  expect(around(production("namespaces/Namespace.a.yaml"))).toEqual([production("redis/StatefulSet.a.redis.yaml")]);
});

test("an Application that changes is judged with the root that follows it, and what keeps data in its folder", () => {
  expect(around(production("applications/Application.argocd.redis.yaml"))).toEqual([
    "bootstrap/production/30-Application.root.yaml",
    production("redis/StatefulSet.a.redis.yaml"),
  ]);
});
