import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";
import type { Route } from "./route";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What Prometheus may read. Labels are routes, methods, statuses and names of units of ours: never ids, never anything about a person. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Counter({
    name: "cadastre_http_requests_total",
    help: "HTTP requests answered.",
    labelNames: ["route", "method", "status"],
    registers: [this.registry],
  });
  private readonly seconds = new Histogram({
    name: "cadastre_http_request_seconds",
    help: "Time from the request's headers to the end of the answer.",
    labelNames: ["route"],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly runs = new Counter({
    name: "cadastre_worker_runs_total",
    help: "Runs of background units.",
    labelNames: ["unit", "outcome"],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  countRequest(route: string, method: string, status: number, seconds: number): void {
    this.requests.inc({ route, method, status });
    this.seconds.observe({ route }, seconds);
  }

  countRun(unit: string, outcome: "ok" | "failed"): void {
    this.runs.inc({ unit, outcome });
  }
}

/** `GET /metrics` in Prometheus' text format. */
export const metricsRoute = (metrics: Metrics): Route => ({
  method: "GET",
  path: "/metrics",
  access: "access:metrics",
  handle: async () => ({
    status: 200,
    headers: { "content-type": metrics.registry.contentType },
    body: await metrics.registry.metrics(),
  }),
});
