import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { production, root } from "../test/production.ts";
import { argocdNotifications, notificationsSecret } from "./argocd-notifications.ts";

const { notifiers, subscriptions, triggers, templates } = argocdNotifications(production);
const conditions = Object.values(triggers).flatMap((text) => parse(text) as { when: string; send: string[] }[]);

// Argo CD only logs that it does not know a name, and nobody is told of anything.
test("what is subscribed to exists, and so does what is sent", () => {
  const wanted = subscriptions.flatMap((one) => one.triggers.map((name) => `trigger.${name}`));
  expect(wanted).toEqual(Object.keys(triggers));
  expect(subscriptions.flatMap(({ recipients }) => recipients.map((one) => `service.${one}`))).toEqual(
    Object.keys(notifiers),
  );
  expect(conditions.flatMap(({ send }) => send.map((name) => `template.${name}`)).sort()).toEqual(
    Object.keys(templates).sort(),
  );
});

// A chart's version in the place of a commit would be a status that GitHub refuses, again and again.
test("every condition asks for a folder of git first", () => {
  expect(conditions.length).toBeGreaterThan(1);
  for (const { when } of conditions) expect(when).toMatch(/^app\.spec\.source\?\.path != nil and .* and \(.*\)$/);
});

test("the keys of the App come from the Secret, under the names that the documentation gives them", () => {
  const values = Object.values(notifiers).flatMap((text) => Object.values(parse(text) as Record<string, string>));
  const keys: readonly string[] = Object.values(notificationsSecret.keys);
  expect(values).toEqual(keys.map((key) => `$${key}`));
  const page = readFileSync(join(root, "docs/how-to/connect-git-and-argo-cd.md"), "utf8");
  for (const name of [notificationsSecret.name, ...keys]) expect(page).toContain(`\`${name}\``);
});
