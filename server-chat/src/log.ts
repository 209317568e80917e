import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { Settings } from "./config.ts";

export type Log = Logger;

/**
 * Where every line about one replica goes: JSON, one object a line, with the replica and its version in each.
 *
 * @param stream where lines are written; standard output, synchronously, so that the last line before an exit is not lost
 */
export function createLog(
  { logLevel, server, node }: Pick<Settings, "logLevel" | "server" | "node">,
  stream: DestinationStream = destination({ fd: 1, sync: true }),
): Log {
  return pino(
    {
      level: logLevel,
      base: { replica: server.id, version: server.version, node },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      // What people write and what proves who they are must not reach a log, whoever forgets it one day.
      redact: ["token", "text", "password", "*.token", "*.text", "*.password", "*.authorization"],
    },
    stream,
  );
}

/** For a command whose standard output is its result. */
export const silent: Log = pino({ enabled: false });
