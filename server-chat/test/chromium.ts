import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const path = "/usr/bin/chromium";

/** Why tests that need a browser cannot run here, or undefined. */
export const missingChromium: string | undefined = existsSync(path)
  ? undefined
  : "chromium is not installed, its tests are skipped (Debian: apt-get install chromium)";

/** A Chromium without a window and without a look at anything but this machine. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    args: [
      // Tests may run as root, for whom Chromium has no sandbox.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
