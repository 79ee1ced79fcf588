import { metricsRoute } from "../../../src/platform/http/metrics";
import { type HttpWorld, serveRoutes } from "./http-world";

let world: HttpWorld;

beforeAll(async () => {
  world = await serveRoutes(({ metrics }) => [metricsRoute(metrics)]);
});
afterAll(() => world.close());

const scrape = (token?: string) => fetch(`${world.url}/metrics`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

test("figures are shown in Prometheus' format to those who may see them, and to nobody else", async () => {
  world.metrics.countRun("dispatch.deliver", "failed");
  const response = await scrape("ada");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/plain; version=0.0.4")]);
  const figures = await response.text();
  expect(figures).toContain('cadastre_worker_runs_total{unit="dispatch.deliver",outcome="failed"} 1');
  expect(figures).toContain("process_resident_memory_bytes");
  expect([(await scrape()).status, (await scrape("bob")).status]).toEqual([401, 403]);
});
