/** One person of the benchmark. */
export interface Member {
  readonly name: string;
  /** Ours only. */
  readonly token: string;
}

/** What a dialect may do with its connection, and what it reports. */
export interface Conversation {
  readonly member: Member;
  send(text: string): void;
  /** The first page is here: a person could read now. */
  opened(): void;
  message(number: number, seq: number | undefined): void;
  acknowledged(number: number): void;
  /** The server refused something: the run is void. */
  refused(what: string): void;
}

/** How the one and the other server are spoken to, over WebSocket frames. Payloads are read in place. */
export interface Dialect {
  readonly path: string;
  readonly subprotocol: string | undefined;
  /** After the upgrade. */
  begin(conversation: Conversation): void;
  receive(conversation: Conversation, bytes: Buffer, start: number, end: number): void;
  /** The frame that sends message `number`. */
  formatMessage(member: Member, number: number): string;
}
