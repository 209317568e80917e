import { type ChatClient, createChatClient } from "../client/chat-client.ts";
import type { StopReason } from "../client/link.ts";
import type { Message } from "../src/protocol/frames.ts";
import { createComposer } from "./composer.ts";
import { createConnectionLine } from "./connection-line.ts";
import { find } from "./element.ts";
import { keep, keptOutbox, readKept } from "./kept.ts";
import { showPeople } from "./people.ts";
import { createRoomList } from "./room-list.ts";
import { createRoomLog, type RoomLog } from "./room-log.ts";
import { showServer } from "./server-line.ts";
import { createTypingLine } from "./typing-line.ts";
import { explainError } from "./words.ts";

/** Messages that a log shows at most while its reader follows the end; older ones come back on demand. */
const keptInLog = 300;
const olderPage = 50;

export interface ChatPage {
  /** Shows a room, and joins it if need be. */
  open(room: string): void;
}

/** The page of somebody who has said a name. `ended` is called once, when only a person can go on. */
export function createChatPage(
  name: string,
  parts: { readonly showAddress: (room: string) => void; readonly ended: (why: StopReason | undefined) => void },
): ChatPage {
  const view = find("chat", HTMLDivElement);
  const logs = new Map<string, RoomLog>();
  const newest = find("newest", HTMLButtonElement);
  let current = "";
  let ownId = "";

  const client: ChatClient = createChatClient({
    url: location.origin,
    credentials: { name, session: readKept().session },
    outboxStorage: keptOutbox,
  });
  const list = createRoomList({ open: parts.showAddress, leave });
  const connectionLine = createConnectionLine(() => client.wake());
  const typingLine = createTypingLine();
  const composer = createComposer({
    send: (text) => client.send(current, text),
    typing: () => client.typing(current),
  });

  function createLog(room: string): RoomLog {
    return createRoomLog({
      room,
      isOwn: ({ user }: Message) => user.id === ownId,
      readOlder: () => client.readOlder(room, olderPage),
      retry(id) {
        client.retry(room, id);
        // The button that was pressed is gone.
        composer.focus();
      },
      discard(id) {
        if (client.discard(room, id)) logs.get(room)?.hideOutbox(id);
        composer.focus();
      },
      followed(follows) {
        if (room === current && follows) newest.hidden = true;
      },
    });
  }

  function enter(room: string): void {
    if (logs.has(room)) return;
    const log = createLog(room);
    logs.set(room, log);
    log.element.hidden = true;
    find("logs", HTMLDivElement).append(log.element);
    list.add(room);
    client.join(room);
    for (const entry of client.room(room)?.outbox ?? []) log.showOutbox(entry);
    keep({ rooms: list.rooms });
  }

  function open(room: string): void {
    enter(room);
    current = room;
    for (const [name, log] of logs) log.element.hidden = name !== room;
    list.select(room);
    find("room-name", HTMLHeadingElement).textContent = room;
    document.title = `${room} – Chat`;
    newest.hidden = true;
    typingLine.clear();
    const { count = 0, names } = client.room(room) ?? {};
    showPeople(count, names);
    composer.open(room);
  }

  function leave(room: string): void {
    client.leave(room);
    logs.get(room)?.element.remove();
    logs.delete(room);
    list.remove(room);
    keep({ rooms: list.rooms });
    const [next] = list.rooms;
    if (next === undefined) end(undefined);
    else if (room === current) parts.showAddress(next);
  }

  function end(why: StopReason | undefined): void {
    unlisten();
    client.stop();
    view.hidden = true;
    for (const log of logs.values()) log.element.remove();
    for (const room of list.rooms) list.remove(room);
    parts.ended(why);
  }

  const stops = [
    client.on("state", (state) => {
      connectionLine.show(state);
      if (state.name === "stopped") end(state.why);
    }),
    client.on("session", (session) => keep({ session })),
    client.on("welcome", ({ user, server }) => {
      ownId = user.id;
      find("me", HTMLParagraphElement).textContent = user.name;
      showServer(find("server", HTMLElement), server);
    }),
    client.on("reset", ({ room, head }) => {
      logs.get(room)?.startOver(head);
    }),
    client.on("message", ({ room, message, way }) => {
      const log = logs.get(room);
      if (log === undefined) return;
      log.hideOutbox(message.id);
      log.append(message);
      if (way === "start") return;
      if (room === current) typingLine.remove(message.user.id);
      if (room !== current) list.countUnread(room);
      else if (!log.follows) newest.hidden = false;
      if (log.follows && log.length > keptInLog) {
        client.trim(room, keptInLog);
        log.trim(client.room(room)?.messages[0]?.seq ?? 0);
      }
    }),
    client.on("deleted", ({ room, seq }) => {
      const message = client.room(room)?.messages.find((one) => one.seq === seq);
      if (message !== undefined) logs.get(room)?.remove(message);
    }),
    client.on("outbox", (entry) => {
      const log = logs.get(entry.room);
      const last = client.room(entry.room)?.last ?? 0;
      // Stored long before this answer: its place is in history, and the log went past it without it.
      if (entry.seq !== undefined && entry.seq <= last) log?.hideOutbox(entry.id);
      else log?.showOutbox(entry);
    }),
    client.on("presence", ({ room, count, names }) => {
      if (room === current) showPeople(count, names);
    }),
    client.on("typing", ({ room, user }) => {
      if (room === current && user.id !== ownId) typingLine.add(user);
    }),
    client.on("refused", ({ room, error }) => {
      leave(room);
      find("text-problem", HTMLParagraphElement).textContent = explainError(error.code);
    }),
  ];
  const unlisten = () => {
    for (const stop of stops) stop();
  };

  newest.onclick = () => logs.get(current)?.scrollToNewest();
  find("sign-out", HTMLButtonElement).onclick = () => end(undefined);
  find("me", HTMLParagraphElement).textContent = name;
  view.hidden = false;
  for (const room of readKept().rooms ?? []) enter(room);
  client.connect();
  return { open };
}
