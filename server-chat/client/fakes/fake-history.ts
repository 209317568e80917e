import { createHash } from "node:crypto";
import type { Message, ServerFrame, User } from "../../src/protocol/frames.ts";
import type { Clock } from "../surroundings.ts";

type Joined = Extract<ServerFrame, { type: "joined" }>;

export const room = "den";
/** Small pages, so that a short history has several. */
const pageSize = 3;

/** What the fake chat keeps of its one room, and how clients are shown it. */
export interface FakeHistory {
  readonly messages: readonly Message[];
  readonly epoch: string;
  /** Stores a message, unless it has one with this id. */
  store(id: string, user: User, text: string): { readonly message: Message; readonly duplicate: boolean };
  /** Takes a text out; false if that number is not here. */
  remove(seq: number): boolean;
  /** What follows the client's place, or the latest page where that does not lead on from it. */
  resume(place: { readonly epoch?: string; readonly after?: number; readonly id?: string }): Joined;
  latest(): Joined;
  /** The answer to a request for a page. */
  page(query: URLSearchParams): object;
  /** Loses the newest messages. */
  lose(messages: number): void;
  /** Numbers in a new epoch from now on. */
  renew(): void;
  forgetOldest(messages: number): void;
}

export function createFakeHistory(clock: Clock): FakeHistory {
  let epochs = 1;
  let messages: Message[] = [];
  let forgotten = 0;
  const epoch = () => `e${epochs}`;
  const head = () => forgotten + messages.length;
  const after = (seq: number) => messages.slice(Math.max(0, seq - forgotten));
  const latest = (): Joined => ({
    type: "joined",
    room,
    epoch: epoch(),
    head: head(),
    recovered: false,
    messages: messages.slice(-pageSize),
    more: false,
  });

  return {
    get messages() {
      return messages;
    },
    get epoch() {
      return epoch();
    },
    store(id, user, text) {
      const known = messages.find((message) => message.id === id);
      if (known !== undefined) return { message: known, duplicate: true };
      const message: Message = { seq: head() + 1, id, user, text, ts: clock.nowMs() };
      messages.push(message);
      return { message, duplicate: false };
    },
    remove(seq) {
      const index = seq - forgotten - 1;
      const message = messages[index];
      if (message === undefined) return false;
      messages[index] = { ...message, text: "", deleted: true };
      return true;
    },
    resume({ epoch: of, after: seq = 0, id }) {
      const known = messages[seq - forgotten - 1];
      const sameMessage = id === undefined || known === undefined || known.id === id;
      if (of !== epoch() || seq < forgotten || seq > head() || !sameMessage) return latest();
      const missed = after(seq).slice(0, pageSize);
      const deleted = messages.filter((one) => one.deleted && one.seq <= seq).map((one) => one.seq);
      return { ...latest(), recovered: true, messages: missed, more: seq + missed.length < head(), deleted };
    },
    latest,
    page(query) {
      const limit = Math.min(pageSize, Number(query.get("limit")));
      const before = query.get("before");
      const older = messages.filter(({ seq }) => seq < Number(before));
      const shown = before === null ? after(Number(query.get("after"))).slice(0, limit) : older.slice(-limit);
      const more = before === null ? (shown.at(-1)?.seq ?? head()) < head() : older.length > shown.length;
      return { room, epoch: epoch(), head: head(), first: forgotten + 1, more, messages: shown };
    },
    lose(count) {
      messages = messages.slice(0, Math.max(0, messages.length - count));
    },
    renew() {
      epochs += 1;
    },
    forgetOldest(count) {
      forgotten += messages.splice(0, count).length;
    },
  };
}

/** A UUID that is the same for the same word. */
export function uuidOf(word: string): string {
  const hex = createHash("sha256").update(word).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}
