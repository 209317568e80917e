import type { ServerInfo } from "../src/protocol/frames.ts";
import { make } from "./element.ts";

/** Which replica answers and what it runs: with several of them, or a new version on its way, people see it change. */
export function showServer(place: HTMLElement, { id, version, colour }: Pick<ServerInfo, "id" | "version" | "colour">) {
  const swatch = make("span", { class: "swatch", "aria-hidden": "true" });
  swatch.style.backgroundColor = colour;
  const build = make("span", { class: "build" }, swatch, ` ${colour}`);
  place.replaceChildren(`Served by ${id}, version ${version}, `, build);
}
