/** A server under test, one process or several. */
export interface StartedServer {
  readonly pids: readonly number[];
  /** For clients, one a process. */
  readonly ports: readonly number[];
  stop(): Promise<void>;
}
