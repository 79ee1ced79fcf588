import { healthRoutes } from "../../../src/platform/http/health";
import { type HttpWorld, serveRoutes } from "./http-world";

let reason: string | undefined;
let world: HttpWorld;

beforeAll(async () => {
  world = await serveRoutes(({ stopping }) => healthRoutes([async () => reason, async () => undefined], stopping));
});
afterAll(() => world.close());

const look = async (path: string) => {
  const response = await fetch(`${world.url}${path}`);
  return [response.status, await response.json()];
};

test("a process that cannot serve yet is alive, not ready, and says why", async () => {
  reason = "the database does not answer";
  expect(await look("/healthz")).toEqual([200, { status: "alive" }]);
  expect(await look("/readyz")).toEqual([503, { status: "not ready", reasons: ["the database does not answer"] }]);
  reason = undefined;
  expect(await look("/readyz")).toEqual([200, { status: "ready" }]);
});

test("a process that shuts down is no longer ready, while it still answers", async () => {
  world.stopping.abort();
  expect(await look("/readyz")).toEqual([503, { status: "not ready", reasons: ["shutting down"] }]);
  expect(await look("/healthz")).toEqual([200, { status: "alive" }]);
});
