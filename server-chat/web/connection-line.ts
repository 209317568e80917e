import type { ConnectionState } from "../client/link.ts";
import { find } from "./element.ts";
import { describeState } from "./words.ts";

/** Shows whether there is a connection. A screen reader is told each change; the seconds are for eyes only. */
export function createConnectionLine(tryNow: () => void): { show(state: ConnectionState): void } {
  const line = find("state", HTMLParagraphElement);
  const countdown = find("countdown", HTMLParagraphElement);
  const button = find("try-now", HTMLButtonElement);
  let ticking: ReturnType<typeof setInterval> | undefined;
  button.onclick = tryNow;

  return {
    show(state) {
      const words = describeState(state);
      if (line.textContent !== words) line.textContent = words;
      document.body.dataset.connection = state.name;
      button.hidden = !("attempt" in state) || state.attempt === 0;
      clearInterval(ticking);
      const tick = () => {
        const leftMs = state.name === "reconnecting" ? state.atMs - Date.now() : 0;
        countdown.textContent = leftMs > 1_000 ? `next attempt in ${Math.ceil(leftMs / 1_000)} s` : "";
      };
      tick();
      if (state.name === "reconnecting") ticking = setInterval(tick, 500);
    },
  };
}
