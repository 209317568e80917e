import { Worker } from "node:worker_threads";

/** What the demonstrations may use, whatever is asked for. */
export interface LoadDemoBounds {
  readonly workers: number;
  readonly runMs: number;
  readonly heapMb: number;
}

const smallPod: LoadDemoBounds = { workers: 2, runMs: 2_000, heapMb: 64 };

/** No demonstration for now: as many as allowed are under way, or this one took too long. */
export class LoadDemoError extends Error {}

export interface LoadDemos {
  /**
   * Calls the function in a thread of its own, so that nobody in the chat waits for it.
   *
   * @param work uses nothing from outside itself
   * @throws LoadDemoError
   */
  run<In, Out>(work: (input: In) => Out | Promise<Out>, input: In): Promise<Out>;
}

export function createLoadDemos(bounds: LoadDemoBounds = smallPod): LoadDemos {
  let running = 0;
  return {
    async run(work, input) {
      if (running >= bounds.workers) throw new LoadDemoError("Enough load demonstrations are under way.");
      running += 1;
      try {
        return await runInThread(work, input, bounds);
      } finally {
        running -= 1;
      }
    },
  };
}

async function runInThread<In, Out>(
  work: (input: In) => Out | Promise<Out>,
  input: In,
  { runMs, heapMb }: LoadDemoBounds,
): Promise<Out> {
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    const work = ${work.toString()};
    Promise.resolve(work(workerData)).then((result) => parentPort.postMessage(result));`;
  const worker = new Worker(source, {
    eval: true,
    workerData: input,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<Out>();
  const timer = setTimeout(() => reject(new LoadDemoError("The load demonstration took too long.")), runMs);
  worker.once("message", resolve);
  worker.once("error", (cause) => reject(new LoadDemoError("The load demonstration failed.", { cause })));
  worker.once("exit", () => reject(new LoadDemoError("The load demonstration ended early.")));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
