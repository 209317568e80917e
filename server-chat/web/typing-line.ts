import type { User } from "../src/protocol/frames.ts";
import { find } from "./element.ts";
import { describeTyping } from "./words.ts";

/** There is no word for the end of writing: whoever is silent for so long has stopped. */
const shownMs = 5_000;

/** Says who writes in the room that is shown. */
export function createTypingLine(): { add(user: User): void; remove(userId: string): void; clear(): void } {
  const line = find("typing", HTMLParagraphElement);
  const writing = new Map<string, { readonly name: string; readonly timer: ReturnType<typeof setTimeout> }>();
  const show = () => {
    line.textContent = describeTyping([...writing.values()].map(({ name }) => name));
  };
  const remove = (id: string) => {
    clearTimeout(writing.get(id)?.timer);
    if (writing.delete(id)) show();
  };
  return {
    add({ id, name }) {
      clearTimeout(writing.get(id)?.timer);
      writing.set(id, { name, timer: setTimeout(() => remove(id), shownMs) });
      show();
    },
    remove,
    clear() {
      for (const id of [...writing.keys()]) remove(id);
    },
  };
}
