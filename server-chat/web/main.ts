import type { StopReason } from "../client/link.ts";
import { isRoomName } from "../src/protocol/text.ts";
import { type ChatPage, createChatPage } from "./chat-page.ts";
import { createEntrance } from "./entrance.ts";
import { forget, keep, readKept } from "./kept.ts";
import { explainStop } from "./words.ts";

/** The address names the room: `https://chat.example.org/#general`. */
function roomOfAddress(): string | undefined {
  const room = location.hash.slice(1).toLowerCase();
  return isRoomName(room) ? room : undefined;
}

let page: ChatPage | undefined;

function showAddress(room: string): void {
  if (roomOfAddress() === room) page?.open(room);
  // The browser tells of the new address, and that opens the room: links and buttons take one way.
  else location.hash = room;
}

function start(name: string, room: string): void {
  keep({ name });
  page = createChatPage(name, { showAddress, ended });
  showAddress(room);
}

/** Back to the entrance. Who was sent away keeps what was not sent yet; who signs out leaves nothing. */
function ended(why: StopReason | undefined): void {
  const { name = "" } = readKept();
  page = undefined;
  if (why === undefined) forget();
  entrance.open({ name, room: roomOfAddress() ?? "general" }, why === undefined ? "" : explainStop(why));
}

const entrance = createEntrance((name, room) => {
  // Another name is another person: nothing of the one before may be sent by this one.
  if (name !== readKept().name) forget();
  start(name, room);
});

addEventListener("hashchange", () => {
  const room = roomOfAddress();
  if (room !== undefined) page?.open(room);
});

const { name, session, rooms } = readKept();
if (name !== undefined && session !== undefined) start(name, roomOfAddress() ?? rooms?.[0] ?? "general");
else entrance.open({ name: name ?? "", room: roomOfAddress() ?? "general" }, "");
