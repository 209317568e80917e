import type { ServerInfo } from "../src/protocol/frames.ts";
import { make } from "./element.ts";

type Build = Pick<ServerInfo, "id" | "version" | "commit" | "colour">;

/** Which replica answers and what it runs: with several of them, or a new version on its way, people see it change. */
export function showServer(place: HTMLElement, { id, version, commit, colour }: Build) {
  const swatch = make("span", { class: "swatch", "aria-hidden": "true" });
  swatch.style.backgroundColor = colour;
  const build = make("span", { class: "build" }, swatch, ` ${colour}`);
  place.replaceChildren(
    `Served by ${id}, version ${version} (`,
    make("code", { title: commit }, short(commit)),
    "), ",
    build,
  );
}

/** A commit as people name it; before the first release it is a word. */
function short(commit: string): string {
  return /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 7) : commit;
}
