import { json, type Route } from "./route";

/** One thing that has to be true before requests are welcome: answers undefined, or why it is not. */
export type ReadinessCheck = () => Promise<string | undefined>;

/**
 * `GET /healthz`: this process is alive. `GET /readyz`: it can serve; 503 with every reason while it cannot
 * (a check fails, or it is shutting down), so that a load balancer turns away before the listener closes.
 */
export function healthRoutes(checks: readonly ReadinessCheck[], stopping: AbortSignal): Route[] {
  const reasons = async (): Promise<string[]> => {
    if (stopping.aborted) return ["shutting down"];
    const answers = await Promise.all(checks.map((check) => check()));
    return answers.filter((reason) => reason !== undefined);
  };
  return [
    { method: "GET", path: "/healthz", access: "public", handle: async () => json(200, { status: "alive" }) },
    {
      method: "GET",
      path: "/readyz",
      access: "public",
      handle: async () => {
        const found = await reasons();
        return found.length === 0 ? json(200, { status: "ready" }) : json(503, { status: "not ready", reasons: found });
      },
    },
  ];
}
