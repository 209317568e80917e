import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { createCheckout } from "./checkout.ts";

test("a saved change is rendered without being asked for, and Ctrl-C ends it", async () => {
  using checkout = createCheckout();
  const file = join(checkout.path, "config/environments/production.ts");
  const ingress = () => checkout.rendered().get("dist/production/chat-server/Ingress.chat-app.chat-server.yaml") ?? "";
  let pid = 0;
  let printed = "";
  const watching = checkout.run(["synth", "--watch"], {
    started: (started) => (pid = started),
    printed: (text) => (printed += text),
  });
  const until = async (condition: () => boolean) => {
    for (let attempt = 0; attempt < 600 && !condition(); attempt++) await pause(50);
    expect(condition(), printed).toBe(true);
  };

  await until(() => printed.includes("waiting for changes"));
  writeFileSync(file, readFileSync(file, "utf8").replace("sylvain-chat.duckdns.org", "chat.example.org"));
  await until(() => ingress().includes("host: chat.example.org"));

  // A mistake on the way must not end the watching.
  writeFileSync(file, readFileSync(file, "utf8").replace('"hel1"', '"hel9"'));
  await until(() => printed.includes('found "hel9"'));
  expect(ingress()).toContain("host: chat.example.org");

  process.kill(pid, "SIGINT");
  expect((await watching).exitCode).toBe(130);
});
