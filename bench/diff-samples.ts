import { formatYaml } from "../render/yaml.ts";
import { filesOf, objectsOf, type Sample } from "../test/diff-samples/sample.ts";
import { samples } from "../test/diff-samples/samples.ts";
import type { BenchContext } from "./bench-context.ts";
import type { DiffCheckout } from "./diff-checkout.ts";
import { type Judgement, judgeSaid, type Said, type Truth } from "./diff-judgement.ts";
import { dyffForGit, dyffWithoutOrder } from "./dyff.ts";

/** Programs that say what differs between two commits. */
export type Comparer = "ours" | "git" | "dyff" | "dyffWithoutOrder";

export interface SampleResult extends Truth {
  readonly name: string;
  readonly by: Readonly<Record<Comparer, Judgement & { readonly lines: number }>>;
}

/** What a change is called with which nothing happens; it is a remark, not a risk. */
const idle = "nothing-happens";

/** Makes two commits of each sample, and lets every program say what is different in the second. */
export async function compareSamples(context: BenchContext, checkout: DiffCheckout): Promise<SampleResult[]> {
  const unchanged = objectsOf({ name: "", risks: [], change: () => undefined });
  checkout.write(new Map(unchanged.map(({ path, before }) => [path, before && formatYaml(before)])));
  const base = await checkout.commit();
  const results: SampleResult[] = [];
  for (const [position, sample] of samples.entries()) {
    context.progress(`diff: change ${position + 1} of ${samples.length}`);
    results.push(await compareSample(checkout, sample));
    await checkout.goTo(base);
  }
  return results;
}

async function compareSample(checkout: DiffCheckout, sample: Sample): Promise<SampleResult> {
  const files = filesOf(sample);
  checkout.write(new Map(files.map(({ path, before }) => [path, before])));
  const before = await checkout.commit();
  checkout.write(new Map(files.map(({ path, after }) => [path, after])));
  const after = await checkout.commit();

  const truth = {
    happens: !sample.risks.includes(idle),
    risks: sample.risks.filter((risk) => risk !== idle),
  };
  const ours = async (...options: readonly string[]) =>
    (await checkout.run("npm", ["run", "--silent", "diff", "--", `${before}..${after}`, ...options])).output;
  const git = async (external?: string) => {
    const { output } = await checkout.run("git", ["diff", before, after], { GIT_EXTERNAL_DIFF: external });
    return judge({ shows: output.trim() !== "", risks: undefined }, output);
  };
  const judge = (said: Said, output: string) => ({ ...judgeSaid(truth, said), lines: countLines(output) });
  return {
    name: sample.name,
    ...truth,
    by: {
      ours: judge(parseReport(await ours("--json")), await ours()),
      git: await git(),
      dyff: await git(dyffForGit),
      dyffWithoutOrder: await git(dyffWithoutOrder),
    },
  };
}

/** What `npm run diff -- --json` says: an object with which nothing happens is listed, and shown as that. */
function parseReport(json: string): Said {
  const { objects } = JSON.parse(json) as {
    readonly objects: readonly { readonly risks: readonly { readonly id: string }[] }[];
  };
  const risks = objects.map((object) => object.risks.map(({ id }) => id));
  return {
    shows: risks.some((ids) => !ids.includes(idle)),
    risks: [...new Set(risks.flat())].filter((risk) => risk !== idle),
  };
}

function countLines(output: string): number {
  return output.split("\n").filter((line) => line.trim() !== "").length;
}
