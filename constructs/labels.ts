/** Labels that select the pods of a workload. They never change: a selector is immutable. */
export function selectorLabels(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name };
}

/** Labels of every object of an app. */
export function appLabels(name: string): Record<string, string> {
  return { ...selectorLabels(name), "app.kubernetes.io/part-of": "platform" };
}
