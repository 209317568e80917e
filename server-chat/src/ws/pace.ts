/** How often the engine looks after what it holds. Tests turn these faster. */
export const pace = {
  /** For the first frame. */
  helloMs: 10_000,
  /** Every connection is visited once in `sweepTicks` ticks: its token's end, bans, heartbeat. */
  sweepTickMs: 250,
  sweepTicks: 20,
  /** A ping every so many rounds of the sweep: 25 s. */
  pingRounds: 5,
  /** A peer that does not answer a close frame is cut after this. */
  closeMs: 5_000,
  /** Names are claimed for 60 s. */
  nameRenewMs: 20_000,
  /** Every room's position is compared with the store's. */
  checkMs: 5_000,
  /** A send that waited for those before it for so long is refused: with the store's own bound, an answer takes 10 s. */
  sendWaitMs: 4_000,
  limiterSweepMs: 10_000,
  /** Rooms that miss something are mended, those that nobody is in are let go. */
  tendMs: 1_000,
  /** A room that nobody is in is kept for those who come right back. */
  emptyRoomMs: 10_000,
  presence: {
    /** How soon a change is looked at. */
    tickMs: 100,
    /** Between two frames of a room, and between two writes of its lease. */
    quietMs: 1_000,
    /** A person whose connection broke is present for so long without one. */
    lingerMs: 5_000,
    leaseMs: 15_000,
    /** Every room's lease is renewed, and the others' are read, once in this time. */
    renewMs: 5_000,
  },
};

/** When a client may try again what the store did not do. */
export const comeBackMs = 1_000;

export type Pace = typeof pace;
