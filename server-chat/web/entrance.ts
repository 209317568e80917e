import { limits } from "../src/protocol/limits.ts";
import { isRoomName, parseName } from "../src/protocol/text.ts";
import { find } from "./element.ts";
import { showServer } from "./server-line.ts";
import { explainError } from "./words.ts";

export interface Entrance {
  /** Shows the form, with what went wrong before. */
  open(defaults: { readonly name: string; readonly room: string }, problem: string): void;
}

/** Where a person says who they are and where they want to go. */
export function createEntrance(enter: (name: string, room: string) => void): Entrance {
  const place = find("entrance", HTMLElement);
  const form = find("join", HTMLFormElement);
  const name = find("name", HTMLInputElement);
  const room = find("first-room", HTMLInputElement);
  const problem = find("join-problem", HTMLParagraphElement);
  name.maxLength = limits.nameLength;
  room.maxLength = limits.roomNameLength;

  /** Says what is wrong, and where: the text is read out, and the next key goes to the field. */
  function complain(text: string, field: HTMLInputElement): void {
    problem.textContent = text;
    for (const one of [name, room]) one.ariaInvalid = String(one === field && text !== "");
    field.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const roomName = room.value.trim().toLowerCase();
    if (parseName(name.value) === undefined) complain(explainError("bad_name"), name);
    else if (!isRoomName(roomName)) complain(explainError("bad_room"), room);
    else {
      place.hidden = true;
      enter(name.value, roomName);
    }
  });

  return {
    open(defaults, text) {
      place.hidden = false;
      name.value = defaults.name;
      room.value = defaults.room;
      complain(text, name);
      askServer();
    },
  };
}

/** Before anybody has joined there is no connection that tells who serves. */
async function askServer(): Promise<void> {
  const place = find("entrance-server", HTMLParagraphElement);
  try {
    const info = await (await fetch("/api/info")).json();
    showServer(place, { id: info.replica, version: info.version, commit: info.commit, colour: info.colour });
  } catch {
    place.textContent = "The server does not answer at the moment.";
  }
}
