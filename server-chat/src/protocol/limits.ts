/**
 * Sizes that a client can rely on; `welcome` repeats them. They bound what one frame, one page or one room can cost
 * the server, and are the same on every replica.
 */
export const limits = {
  /** Bytes of one WebSocket message or one request body. */
  frameBytes: 16 * 1024,
  /** UTF-16 code units of a message's text. */
  textLength: 4_000,
  /** UTF-16 code units of a name that a person shows. */
  nameLength: 32,
  roomNameLength: 64,
  /** Rooms that one connection is in at a time. */
  roomsPerConnection: 50,
  /** Messages of the page that a newcomer gets: what fills a telephone. A larger window asks for more by REST. */
  firstPage: 8,
  /** Messages of one answer to a resume or to a request for history. */
  page: 200,
  /** Bytes of one page; a page that would be larger ends earlier and says that there is more. */
  pageBytes: 256 * 1024,
  /** Above this many members presence is a count without names: n joins to n members are n² frames. */
  presenceNames: 100,
} as const;

/** How long a name is kept for who went without a goodbye: longer than a reconnect takes, and than a node that is killed. */
export const nameHeldMs = 60_000;

export type Limits = typeof limits;
