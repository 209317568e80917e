import { WebSocket } from "ws";
import { receive } from "./actions.ts";
import type { Connection } from "./connection.ts";
import { describeEnd, endingOf } from "./connection-end.ts";

/**
 * A WebSocket whose events go straight to its connection: four listeners on each of thousands would take half a kilobyte
 * and a part of every handshake.
 */
export class ChatWebSocket extends WebSocket {
  connection: Connection | undefined;

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    const { connection } = this;
    if (connection === undefined) return false;
    switch (event) {
      case "message":
        receive(connection, values[0] as Buffer, values[1] as boolean);
        return true;
      case "pong":
        connection.pinged = false;
        return true;
      case "close":
        connection.engine.ended(connection, values[0] as number);
        describeEnd(connection, values[0] as number);
        return true;
      case "error":
        // `ws` closes by itself; the close event is what gets logged, and does not say who found what.
        connection.ending ??= endingOf(values[0] as NodeJS.ErrnoException);
        return true;
      default:
        return false;
    }
  }
}
