import { createMetrics } from "../src/metrics.ts";
import { formatTable } from "./blocks.ts";

/** What each kind of series means to somebody who asks for it. */
const kinds: Readonly<Record<string, string>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram, in seconds",
};

interface Described {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
}

/** The server's own metrics; Node's (`process_`, `nodejs_`) are prom-client's. */
export function metricTable(): string {
  const { registry } = createMetrics({ version: "", commit: "" });
  const kindByName = new Map(registry.getMetricsAsArray().map((metric) => [metric.name, metric.constructor.name]));
  const own = [...kindByName].filter(([name]) => name.startsWith("chat_"));
  return formatTable(
    ["metric", "kind", "labels", "meaning"],
    own.map(([name, kind]) => {
      const { help, labelNames } = registry.getSingleMetric(name) as unknown as Described;
      return [
        `\`${name}\``,
        kinds[kind.toLowerCase()] ?? kind,
        labelNames.map((label) => `\`${label}\``).join(", "),
        help,
      ];
    }),
  );
}
