import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { storeGraceMs } from "./readiness.ts";

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * What the server counts. A label holds one of a few words that are known when the server is written, never a room, a
 * user or a path that a client made up: each would be a time series of its own for ever.
 */
export function createMetrics(labels: { readonly version: string; readonly commit: string }) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Histogram({ name, help, labelNames: [...labelNames], buckets: seconds, registers });

  new Gauge({
    name: "chat_build_info",
    help: "1, with the build as labels",
    labelNames: ["version", "commit"],
    registers,
  }).set(labels, 1);

  const sources: (() => void)[] = [];
  return {
    registry,
    /** Calls `update` before the metrics are read: what is cheap to ask and dear to keep up. */
    onScrape: (update: () => void) => sources.push(update),
    /** The metrics as text, as of now. */
    async scrape(): Promise<string> {
      for (const update of sources) update();
      return await registry.metrics();
    },
    connections: gauge("chat_connections", "Open WebSocket connections"),
    rooms: gauge("chat_rooms", "Rooms with a member on this node"),
    ready: gauge(
      "chat_ready",
      `1 while people are sent here; a store that fails counts after ${storeGraceMs / 1_000} s`,
    ),
    upgrades: counter("chat_upgrades_total", "WebSocket handshakes by result", ["result"]),
    closes: counter("chat_closes_total", "Ended connections by reason", ["reason"]),
    sends: counter("chat_sends_total", "Messages that clients sent, by result", ["result"]),
    errors: counter("chat_errors_total", "Error frames and REST errors by code", ["code"]),
    deliveries: counter("chat_deliveries_total", "Messages written to members"),
    writes: counter(
      "chat_fanout_writes_total",
      "Socket writes that carried them; fewer than deliveries when coalesced",
    ),
    gapsFilled: counter("chat_gaps_filled_total", "Messages that the bus lost and history gave back"),
    renewals: counter("chat_epochs_renewed_total", "Rooms that got a new epoch because the store went back in time"),
    resumes: counter("chat_joins_total", "Joins by result: fresh, recovered, reset", ["result"]),
    slowClosed: counter("chat_slow_closed_total", "Connections cut because they read too slowly"),
    ackSeconds: histogram("chat_ack_seconds", "From the send frame to its acknowledgement"),
    storeSeconds: histogram("chat_store_seconds", "Store commands", ["command"]),
    busLagSeconds: histogram("chat_bus_lag_seconds", "From the store's time stamp to the event at this node"),
    drainSeconds: gauge("chat_drain_seconds", "How long the drain under way has taken"),
    httpSeconds: histogram("chat_http_seconds", "REST requests by route and status class", ["route", "status"]),
  };
}
