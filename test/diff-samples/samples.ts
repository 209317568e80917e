import { access } from "./access.ts";
import { argocd } from "./argocd.ts";
import { fixed } from "./fixed.ts";
import { network } from "./network.ts";
import { notation } from "./notation.ts";
import { pods } from "./pods.ts";
import type { Sample } from "./sample.ts";
import { stored } from "./stored.ts";

/** Thirty changes of every sort that `npm run diff` tells apart, and of those that it must not take for them. */
export const samples: readonly Sample[] = [...pods, ...notation, ...stored, ...fixed, ...network, ...access, ...argocd];
