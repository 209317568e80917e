/** What a reviewer has to be told of a change, as the samples in test/diff-samples/ say it. */
export interface Truth {
  /** Whether the cluster is another one afterwards. */
  readonly happens: boolean;
  readonly risks: readonly string[];
}

/** What a program tells of a change. */
export interface Said {
  /** Whether it shows a difference, and not as one with which nothing happens. */
  readonly shows: boolean;
  /** The risks that it names; undefined for a program that knows none. */
  readonly risks: readonly string[] | undefined;
}

export interface Judgement {
  /** What happens and is not said: the change itself, or a risk. */
  readonly missed: readonly string[];
  /** What is said and does not happen. */
  readonly alarms: readonly string[];
}

/**
 * What a program missed and what it raised in vain. A program without risks cannot be wrong about one: it is judged only
 * by whether it shows what happens, and that it shows nothing where nothing happens.
 */
export function judgeSaid(truth: Truth, said: Said): Judgement {
  const risks = said.risks ?? truth.risks;
  return {
    missed: [
      ...(truth.happens && !said.shows ? ["the change"] : []),
      ...truth.risks.filter((risk) => !risks.includes(risk)),
    ],
    alarms: [
      ...(!truth.happens && said.shows ? ["a change"] : []),
      ...risks.filter((risk) => !truth.risks.includes(risk)),
    ],
  };
}
