import { z } from "zod";
import { describeIssues } from "./issues.ts";
import { digestSchema, releaseSchema } from "./release.ts";
import { UserError } from "./user-error.ts";

const exactVersion = z
  .string()
  .regex(/^v?\d+\.\d+\.\d+([-+.][0-9A-Za-z.-]+)?$/, { error: "expected an exact version such as 1.2.3" });
const repository = z
  .string()
  .regex(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/, { error: "expected registry/path, in lower case" });

const chartPin = z.strictObject({
  repository: z.url({ protocol: /^https$/ }),
  chart: z.string().min(1),
  version: exactVersion,
});

const imagePin = z.strictObject({
  repository,
  tag: z
    .string()
    .regex(/^v?\d+\.\d+\.\d+([-.][0-9A-Za-z.-]+)?$/, { error: "expected an exact version; no latest, no 1.2" }),
  /** Null until a source for it can be named. */
  digest: digestSchema.nullable(),
});

/** What automation writes to config/images/<image>.json. */
export const releaseRecordSchema = z.strictObject({
  repository,
  /** Null until the image workflow has run once: a state of every new fork, not a fault. */
  release: releaseSchema.nullable(),
});

export type ReleaseRecord = z.infer<typeof releaseRecordSchema>;
export type ChartPin = z.infer<typeof chartPin>;

const versionsSchema = z.strictObject({
  kubernetes: exactVersion,
  charts: z.record(z.string(), chartPin),
  images: z.record(z.string(), imagePin),
});

/** An image, ready to be written into a pod. */
export interface ImagePin {
  readonly repository: string;
  /** `repository:tag@digest`, or without the digest while none is known. */
  readonly reference: string;
  /** Whether our own pipeline builds it: then nothing but a digest will do. */
  readonly ours: boolean;
  /** False while no pipeline has run: the reference then names a tag that does not exist yet. */
  readonly released: boolean;
}

/** Images of our own pipelines: each has its release record in config/images/. */
export const releasedImages = ["server-chat"] as const;

/** Tag of our own image before its first release. It exists in no registry, so nothing can be run by mistake. */
export const unreleasedTag = "main-unreleased";

export interface Pins<Charts extends string = string, Images extends string = string> {
  readonly kubernetes: string;
  readonly charts: Readonly<Record<Charts, ChartPin>>;
  readonly images: Readonly<Record<Images, ImagePin>>;
  /** What the person should know although nothing is wrong. */
  readonly notices: readonly string[];
}

/**
 * Raw pins to typed pins. `records` are the release records by image name, one for each name in `expected`.
 * Throws a UserError that lists every fault at once.
 */
export function parsePins<Charts extends string, Images extends string, Released extends string>(
  raw: {
    readonly kubernetes: string;
    readonly charts: Readonly<Record<Charts, unknown>>;
    readonly images: Readonly<Record<Images, unknown>>;
  },
  records: Readonly<Record<string, unknown>>,
  expected: readonly Released[],
): Pins<Charts, Images | Released> {
  const faults: string[] = [];
  const notices: string[] = [];
  const images: Record<string, ImagePin> = {};

  const parsed = versionsSchema.safeParse(raw, { reportInput: true });
  if (!parsed.success) faults.push(...describeIssues("config/versions.ts", parsed.error));

  for (const [name, pin] of Object.entries(parsed.data?.images ?? {})) {
    const suffix = pin.digest === null ? "" : `@${pin.digest}`;
    images[name] = {
      repository: pin.repository,
      reference: `${pin.repository}:${pin.tag}${suffix}`,
      ours: false,
      released: true,
    };
  }
  for (const name of expected) {
    const file = `config/images/${name}.json`;
    if (!(name in records)) {
      faults.push(`${file}: missing; it holds {"repository": ..., "release": null} until the first release`);
      continue;
    }
    const record = records[name];
    const result = releaseRecordSchema.safeParse(record, { reportInput: true });
    if (!result.success) {
      faults.push(...describeIssues(file, result.error));
      continue;
    }
    const { repository: image, release } = result.data;
    if (release === null) {
      notices.push(
        `${file}: ${image} has no release yet, so pods wait for an image that does not exist. Run the image workflow first.`,
      );
    }
    const reference = release === null ? `${image}:${unreleasedTag}` : `${image}:${release.tag}@${release.digest}`;
    images[name] = { repository: image, reference, ours: true, released: release !== null };
  }

  if (!parsed.success || faults.length > 0) {
    throw new UserError(
      `The pins have ${faults.length} fault${faults.length === 1 ? "" : "s"}:\n  ${faults.join("\n  ")}`,
      {
        remedy: "Correct the named fields; versions and digests come from a source that can be named.",
      },
    );
  }
  // The schemas keep every name of the input, which the types of a record cannot express.
  const { kubernetes, charts } = parsed.data;
  return {
    kubernetes,
    charts: charts as Record<Charts, ChartPin>,
    images: images as Record<Images | Released, ImagePin>,
    notices,
  };
}
