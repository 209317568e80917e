import { limits } from "../src/protocol/limits.ts";
import { isText } from "../src/protocol/text.ts";
import { find } from "./element.ts";
import { explainError } from "./words.ts";

export interface Composer {
  /** Writes to this room from now on. What was begun in another one waits there. */
  open(room: string): void;
  focus(): void;
}

/** Where a person writes. Enter sends, Shift and Enter begins a line. */
export function createComposer(parts: { send(text: string): void; typing(): void }): Composer {
  const form = find("composer", HTMLFormElement);
  const field = find("text", HTMLTextAreaElement);
  const problem = find("text-problem", HTMLParagraphElement);
  const drafts = new Map<string, string>();
  let current: string | undefined;
  field.maxLength = limits.textLength;
  field.value = "";

  form.onsubmit = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (text === "") return;
    const valid = isText(text);
    problem.textContent = valid ? "" : explainError("bad_text");
    field.ariaInvalid = String(!valid);
    field.focus();
    if (!valid) return;
    parts.send(text);
    field.value = "";
  };
  field.onkeydown = (event) => {
    // Enter also ends the choice of a character, in writing systems that have more than keys.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  };
  field.oninput = () => {
    if (field.value !== "") parts.typing();
  };
  function focus(): void {
    // On a phone the keyboard would cover what there is to read.
    if (matchMedia("(pointer: fine)").matches) field.focus();
  }

  return {
    open(room) {
      if (current !== undefined) drafts.set(current, field.value);
      if (room !== current) field.value = drafts.get(room) ?? "";
      current = room;
      find("text-label", HTMLLabelElement).textContent = `Your message to ${room}`;
      field.placeholder = `Your message to ${room}`;
      focus();
    },
    focus,
  };
}
