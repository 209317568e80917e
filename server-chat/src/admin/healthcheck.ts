import { paths } from "../contract.ts";

/** Container engines give a check a few seconds; an answer that takes longer is none. */
const withinMs = 2_500;

/** Asks the replica on this machine whether it is ready: the image's own probe, as it has no curl. */
export async function askReadiness(adminPort: number): Promise<{ readonly ready: boolean; readonly answer: string }> {
  try {
    const url = `http://127.0.0.1:${adminPort}${paths.readyz}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) });
    return { ready: response.ok, answer: (await response.text()).trim() };
  } catch (error) {
    const { message, cause } = error as Error;
    return {
      ready: false,
      answer: `no answer on port ${adminPort}: ${cause instanceof Error ? cause.message : message}`,
    };
  }
}
