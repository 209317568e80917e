/** The field of a key that is no identifier: `metadata.annotations["example.org/a"]`, as schema findings write it. */
export function keyed(field: string, key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `${field}.${key}` : `${field}[${JSON.stringify(key)}]`;
}

/** Field of an annotation of an object. */
export function annotationField(name: string): string {
  return keyed("metadata.annotations", name);
}
