/** How Kubernetes names things (Kubernetes docs, concepts/overview/working-with-objects/names and labels). */

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedName = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** An RFC 1123 label: lower-case letters, digits and hyphens, at most 63. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && label.test(name);
}

/** An RFC 1123 subdomain: such labels, of any length, with dots between them, at most 253 characters. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && name.split(".").every((part) => label.test(part));
}

/** Name of a container port: at most 15 lower-case letters, digits and single hyphens, with a letter among them. */
export function isPortName(name: string): boolean {
  return name.length <= 15 && label.test(name) && /[a-z]/.test(name) && !name.includes("--");
}

/** Key of a label: at most 63 characters, after an optional domain and a slash. */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf("/");
  const name = key.slice(slash + 1);
  return (slash < 0 || isDnsSubdomain(key.slice(0, slash))) && name.length <= 63 && qualifiedName.test(name);
}

/** Value of a label: nothing, or at most 63 letters, digits, hyphens, underscores and dots. */
export function isLabelValue(value: string): boolean {
  return value === "" || (value.length <= 63 && qualifiedName.test(value));
}
