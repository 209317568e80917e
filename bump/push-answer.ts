/**
 * How git says that another push was first: before it sent anything ("fetch first", "non-fast-forward", "stale info"), or
 * when the server found the branch locked or moved while it wrote: "incorrect old value provided" is how git says so since
 * it updates refs in batches. Everything else needs a person.
 */
const race =
  /^!.*(\[rejected\] \((fetch first|non-fast-forward|stale info)\)|\[remote rejected\] \(incorrect old value provided\))|cannot lock ref|\(failed to update ref\)/m;

/** @param answer of `git push --porcelain`, both streams, in English */
export function isRace(answer: string): boolean {
  return race.test(answer);
}
