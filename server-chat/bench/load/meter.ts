import { readdirSync, readFileSync } from "node:fs";

/** What the kernel says of processes and cores; proc(5). */
export interface Reading {
  /** Of this machine's steady clock. */
  readonly atMs: number;
  /** CPU time of all processes, threads included. */
  readonly cpuMs: number;
  /** Per core, in clock ticks. */
  readonly cores: readonly { readonly busy: number; readonly all: number }[];
}

export interface Use {
  readonly elapsedMs: number;
  readonly cpuMs: number;
  /** Share of the time that each core was busy with anything at all, 0 to 1. */
  readonly busy: readonly number[];
}

export function readUse(pids: readonly number[]): Reading {
  return { atMs: performance.now(), cpuMs: pids.reduce((sum, pid) => sum + readCpuMs(pid), 0), cores: readCores() };
}

export function useBetween(before: Reading, after: Reading): Use {
  return {
    elapsedMs: after.atMs - before.atMs,
    cpuMs: after.cpuMs - before.cpuMs,
    busy: after.cores.map(({ busy, all }, core) => {
      const earlier = before.cores[core];
      return earlier === undefined || all === earlier.all ? 0 : (busy - earlier.busy) / (all - earlier.all);
    }),
  };
}

/** User and system time in nanoseconds, where /proc/<pid>/stat has hundredths of a second. */
function readCpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

function readCores(): Reading["cores"] {
  const lines = readFileSync("/proc/stat", "utf8").split("\n");
  return lines
    .filter((line) => /^cpu\d/.test(line))
    .map((line) => {
      // user nice system idle iowait irq softirq steal; guest time is part of user.
      const ticks = line.split(/\s+/).slice(1, 9).map(Number);
      const all = ticks.reduce((sum, one) => sum + one, 0);
      return { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
    });
}

/** Resident memory of a process in bytes. */
export function readMemoryBytes(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) * 1024;
}
