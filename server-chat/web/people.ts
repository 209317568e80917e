import type { User } from "../src/protocol/frames.ts";
import { find, make } from "./element.ts";

/** Says how many people are in the room that is shown, and who, where the server says so. */
export function showPeople(count: number, names: readonly User[] | undefined): void {
  const place = find("people", HTMLDetailsElement);
  place.hidden = count === 0;
  find("people-count", HTMLElement).textContent = count === 1 ? "1 person here" : `${count} people here`;
  const sorted = names?.map(({ name }) => name).sort((a, b) => a.localeCompare(b));
  const items = sorted ?? ["Too many to name."];
  find("people-names", HTMLUListElement).replaceChildren(...items.map((name) => make("li", {}, name)));
}
