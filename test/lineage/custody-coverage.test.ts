import { createMarkCustodyJob } from "../../src/lineage/jobs/mark-custody-job";
import { flowWorld, type FlowWorld } from "./flow-world";

let world: FlowWorld;
let job: { runOnce(): Promise<boolean> };
const IMPERSONAL = { service: "bi", fields: [{ name: "sum", categories: [] }] };
/** How many datasets have to be proven empty, after the job has had time to look. */
const inScope = async (): Promise<number> => {
  world.clock.advance("PT1S");
  await job.runOnce();
  return (await world.ask<{ erasureCoverage: { inScope: number } }>("{ erasureCoverage { inScope } }", {}, "reader")).erasureCoverage.inScope;
};

beforeEach(async () => {
  world = await flowWorld();
  job = createMarkCustodyJob(world.deps);
  await world.did("registerService", { key: "bi", name: "BI" });
  await world.dataset("people", { service: "bi", fields: [{ name: "mail", categories: ["user"] }] });
  for (const name of ["copy", "copy-of-copy", "apart"]) await world.dataset(name, IMPERSONAL);
});
afterEach(() => world.close());

test("copies of what is personal or unclassified are in scope, whatever is declared of their own fields", async () => {
  expect(await inScope()).toBe(1);
  await world.kept("people", "copy");
  await world.kept("copy", "copy-of-copy");
  expect(await inScope()).toBe(3);
  await world.dataset("unknown", { service: "bi" });
  await world.kept("unknown", "apart");
  expect(await inScope()).toBe(5);
});

test("what was disposed of or attested anonymous leaves the scope, with what only it had passed on", async () => {
  await world.kept("people", "copy");
  await world.kept("copy", "copy-of-copy");
  expect(await inScope()).toBe(3);
  await world.dispose("copy", "TRUNCATED", "2026-02-15");
  world.clock.advance("PT1M");
  expect(await inScope()).toBe(2);
  await world.attest("copy");
  world.clock.advance("PT1M");
  expect(await inScope()).toBe(1);
});

test("follows the classification of what it came from", async () => {
  await world.kept("people", "copy");
  expect(await inScope()).toBe(2);
  await world.dataset("people", IMPERSONAL);
  expect(await inScope()).toBe(0);
});
