/** The parts of an image reference. */
export interface Image {
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** "ghcr.io/a/b:1.2.3@sha256:..." in its parts. A colon before the last "/" belongs to a registry's port. */
export function parseImage(reference: string): Image {
  const [name = "", digest] = reference.split("@");
  const colon = name.indexOf(":", name.lastIndexOf("/") + 1);
  if (colon === -1) return { repository: name, tag: undefined, digest };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1), digest };
}
