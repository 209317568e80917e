/** How long one part of a run took. */
export interface Stage {
  readonly name: string;
  readonly durationMs: number;
}

/** Measures the parts of a run, one after the other. */
export function createStopwatch(nowMs: () => number) {
  const stages: Stage[] = [];
  let last = nowMs();
  return {
    stages: stages as readonly Stage[],
    /** Ends the current part under this name. */
    lap(name: string): void {
      const now = nowMs();
      stages.push({ name, durationMs: now - last });
      last = now;
    },
  };
}
