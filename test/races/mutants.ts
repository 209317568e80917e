import type { Schedule } from "./schedule.ts";
import type { Mutation } from "./stage.ts";

/** A bump that is broken on purpose, and a schedule in which that shows. */
export interface Mutant {
  readonly mutation: Mutation;
  readonly schedule: Schedule;
}

const bumper = (runNumber: number) => ({ runNumber, startMs: 0, pausesMs: [] });
/** Has fetched long before it pushes, so that the others have landed by then. */
const slow = (runNumber: number) => ({ runNumber, startMs: 0, pausesMs: [0, 0, 0, 0, 0, 0, 0, 5_000] });
const quiet = { recorded: [2], hook: { kind: "none", pushes: 0 }, people: [] } as const;
const clone = "io/release-clone.ts";

/** Each is a way in which others bump, or a line that somebody may think superfluous. */
export const mutants: readonly Mutant[] = [
  {
    schedule: { ...quiet, name: "without the guard", recorded: [4], bumpers: [bumper(3)] },
    mutation: { file: "bump/decide.ts", from: "!rollback && requested.runNumber <= newest", to: "newest < 0" },
  },
  {
    schedule: { ...quiet, name: "a guard that looks at the record alone", recorded: [2, 4, 2], bumpers: [bumper(3)] },
    mutation: { file: "bump/decide.ts", from: "(0, ...past.releases", to: "(0, ...past.releases.slice(0, 1)" },
  },
  {
    schedule: { ...quiet, name: "pull --rebase in place of a new start", bumpers: [slow(5), bumper(6)] },
    mutation: {
      file: clone,
      from: 'if (isRace(answer)) return "raced";',
      to: `if (isRace(answer)) {
        await git.run(["pull", "--quiet", "--rebase", "-Xtheirs", "origin", branch]);
        await git.run(["push", "--quiet", "origin", \`HEAD:\${remoteBranch}\`]);
        return "pushed";
      }`,
    },
  },
  {
    schedule: { ...quiet, name: "a push by force", bumpers: [slow(5), bumper(6)] },
    mutation: { file: clone, from: '"push",', to: '"push", "--force",' },
  },
  {
    schedule: { ...quiet, name: "no new start from the remote's head", bumpers: [slow(6), bumper(5)] },
    mutation: { file: clone, from: '"checkout", "--quiet", "--force", "--detach", commit', to: '"rev-parse", commit' },
  },
  {
    schedule: { ...quiet, name: "a lost race taken for the end", bumpers: [slow(6), bumper(5)] },
    mutation: { file: "bump/bump-image.ts", from: '"pushed") {', to: '"pushed" || attempt === 1) {' },
  },
  {
    schedule: {
      ...quiet,
      name: "a locked branch not taken for a race",
      hook: { kind: "locked", pushes: 1 },
      bumpers: [bumper(5)],
    },
    mutation: { file: "bump/push-answer.ts", from: "|cannot lock ref", to: "" },
  },
  {
    schedule: {
      ...quiet,
      name: "no look at the remote afterwards",
      hook: { kind: "forgets", pushes: 1 },
      bumpers: [bumper(5)],
    },
    mutation: { file: "bump/bump-image.ts", from: "await clone.remoteHas(commit)", to: "true" },
  },
  {
    schedule: { ...quiet, name: "a record without a synthesis", bumpers: [bumper(5)] },
    mutation: { file: "bump/bump-image.ts", from: "await clone.synth();", to: "" },
  },
  {
    schedule: { ...quiet, name: "no commit of what was rendered", bumpers: [bumper(5)] },
    mutation: { file: clone, from: '"add", "--all", "--", ...ours', to: '"add", "--", recordPath' },
  },
];
