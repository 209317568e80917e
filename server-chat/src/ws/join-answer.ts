import { limits } from "../protocol/limits.ts";
import type { Page } from "../store/store.ts";
import { joinedFrame } from "./frames-out.ts";
import type { Entry } from "./ring.ts";
import type { Room } from "./room.ts";
import { fit } from "./timeline.ts";

/** What a client says it has: everything up to `after`, which is the message with that `id`. */
export interface Resume {
  readonly epoch: string;
  readonly after: number;
  readonly id?: string;
}

/**
 * The `joined` frame, up to what the room's members have been sent, so that the next pass goes on right after it.
 *
 * @returns the frame and whether it continues what the client has; or what must be found out first: `ahead`, the client
 * has seen more than this node; `other`, it has another message at its number; `history`, what it missed is older than
 * what this node keeps
 */
export function answerJoin(room: Room, resume: Resume | undefined): JoinAnswer | "ahead" | "other" | "history" {
  const { timeline, fanOut } = room;
  if (resume === undefined) return { result: "fresh", frame: freshFrame(room) };
  if (resume.epoch !== timeline.epoch) return { result: "reset", frame: freshFrame(room) };
  const { after } = resume;
  if (after > timeline.head) return "ahead";
  if (after > fanOut.sentHead) fanOut.cutThrough(after);
  const id = timeline.idAt(after);
  if (isOther(resume, id)) return "other";
  const idUnknown = resume.id !== undefined && id === undefined && after > 0;
  if (idUnknown || !timeline.has(after + 1)) return "history";
  return recovered(room, after, timeline.page(after + 1, fanOut.sentHead));
}

export interface JoinAnswer {
  readonly result: "fresh" | "recovered" | "reset";
  readonly frame: Buffer;
}

/** The same from a page that begins with the message at `after`, of the room's epoch. */
export function answerFromHistory(room: Room, resume: Resume, page: Page): JoinAnswer | "other" {
  const { timeline, fanOut } = room;
  const { after } = resume;
  const last = page.messages.find(({ seq }) => seq === after);
  if (page.first > after + 1) return { result: "reset", frame: freshFrame(room) };
  if (isOther(resume, last?.id)) return "other";
  const read = page.messages.filter(({ seq }) => seq > after && seq <= fanOut.sentHead);
  const entries = read.slice(0, limits.page).map((message) => timeline.refresh(message));
  const next = (entries.at(-1)?.seq ?? after) + 1;
  // Messages that came since the page was read are at hand.
  const newer = timeline.has(next) ? timeline.page(next, fanOut.sentHead) : [];
  return recovered(room, after, fit([...entries, ...newer]));
}

/** Whether a room that was just compared with the store still is not the one that a client has seen. */
export function contradicts({ timeline }: Room, { epoch, after, id }: Resume, answer: "ahead" | "other"): boolean {
  if (epoch !== timeline.epoch) return false;
  return after > timeline.head || (answer === "other" && timeline.idAt(after) !== id);
}

const isOther = ({ id }: Resume, known: string | undefined): boolean =>
  id !== undefined && known !== undefined && id !== known;

function recovered(room: Room, after: number, entries: readonly Entry[]): JoinAnswer {
  const { timeline, fanOut } = room;
  const frame = joinedFrame({
    room: room.name,
    epoch: timeline.epoch,
    head: fanOut.sentHead,
    recovered: true,
    entries,
    more: (entries.at(-1)?.seq ?? after) < fanOut.sentHead,
    deleted: timeline.tombstones.filter((seq) => seq <= after),
  });
  return { result: "recovered", frame };
}

/** A room's newest page as it was put together last: after a restart thousands ask for the same one. */
export interface FreshPage {
  readonly epoch: string;
  readonly head: number;
  readonly tombstones: readonly number[];
  readonly frame: Buffer;
}

/** The newest page, for who starts from nothing. */
export function freshFrame(room: Room): Buffer {
  const { timeline, fanOut, name } = room;
  if (!timeline.has(fanOut.sentHead)) fanOut.cutThrough(timeline.head);
  const { epoch, tombstones } = timeline;
  const head = fanOut.sentHead;
  const cached = room.freshPage;
  if (cached?.head === head && cached.epoch === epoch && cached.tombstones === tombstones) return cached.frame;
  const entries = timeline.firstPage(head);
  const frame = joinedFrame({ room: name, epoch, head, recovered: false, entries, more: false });
  room.freshPage = { epoch, head, tombstones, frame };
  return frame;
}
