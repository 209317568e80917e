import type { Connection } from "./connection.ts";
import type { Room } from "./room.ts";

/** A connection in a room, or on its way into it. Joining again makes a new one. */
export class Membership {
  readonly connection: Connection;
  readonly room: Room;
  /** Where it stands among the room's members; -1 while it gets nothing. */
  index = -1;
  /** Left, or joined again: what is still under way for it is void. */
  over = false;
  /** When its typing was told last, by the monotonic clock. */
  typedAtMs = Number.NEGATIVE_INFINITY;

  constructor(connection: Connection, room: Room) {
    this.connection = connection;
    this.room = room;
  }
}
