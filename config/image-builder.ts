/** The workflow that builds an image of ours. GitHub names it in the certificate that signs the image's attestation. */
export interface ImageBuilder {
  /** Where the workflow lies, such as `https://github.com/owner/name`. */
  readonly repository: string;
  /** Path of the workflow file in it. */
  readonly workflow: string;
  readonly branch: string;
}

/**
 * Annotation of the image's index with the number of the run that built it. The attested digest covers it, so an event
 * cannot claim a higher number and have every later release pass for an old one.
 */
export const runNumberAnnotation = "io.github.sipixer.run-number";

/**
 * The builder whose images an environment deploys: the workflow beside its manifests. When the server gets a repository
 * of its own, name that one here.
 */
export function imageBuilder(git: { readonly repository: string; readonly branch: string }): ImageBuilder {
  return {
    repository: git.repository.replace(/(\.git)?\/*$/, ""),
    workflow: ".github/workflows/image.yml",
    branch: git.branch,
  };
}
