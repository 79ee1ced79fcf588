import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { createReportAccessFindingsJob } from "../../src/catalog/jobs/report-access-findings-job";
import { datasetUrn } from "../../src/catalog/public-ids";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { reportAccessFindings } from "../../src/catalog/use-cases/report-access-findings";
import type { AccessEvent } from "../../src/audit/access-model";
import { actor, CLASSIFIED, findingWorld, type FindingWorld } from "./finding-world";

let world: FindingWorld;
beforeAll(async () => void (world = await findingWorld()));
afterAll(() => world?.close());

let events = 0;
async function access(reporter: string, dataset: string, more: Partial<AccessEvent> = {}): Promise<void> {
  const event = { eventId: `e${(events += 1)}`, at: world.clock.now(), actor: "clerk", dataset, purpose: "support", basis: "contract", allowed: true, ...more };
  await recordAccessEvents(world.deps, [{ reporter, event }]);
  await reportAccessFindings(world.deps);
}
const table = async (more: object = {}): Promise<string> => datasetUrn(await world.dataset({ fields: [CLASSIFIED], ...more }));

describe("what services report of their accesses", () => {
  test("is no finding where the host of a dataset states its purpose", async () => {
    const service = await world.service();
    const dataset = await table({ service });
    await access(`service:${service}`, dataset);
    expect(await world.kindsOf(`service:${service}#${dataset}`)).toEqual([]);
  });

  test("is a finding where no purpose is stated, until none was missing for 30 days", async () => {
    const service = await world.service();
    const dataset = await table({ service });
    const subject = `service:${service}#${dataset}`;
    await access(`service:${service}`, dataset, { purpose: "" });
    expect(await world.findingsOf(subject)).toEqual([expect.stringMatching(/^ACCESS_WITHOUT_PURPOSE: .*2026-/) as string]);
    expect((await world.list({ serviceKey: service, kinds: ["ACCESS_WITHOUT_PURPOSE"] })).map((finding) => finding.subject)).toEqual([subject]);
    world.clock.advance("P29D");
    await reportAccessFindings(world.deps);
    expect(await world.kindsOf(subject)).toEqual(["ACCESS_WITHOUT_PURPOSE"]);
    world.clock.advance("P1D");
    await reportAccessFindings(world.deps);
    expect(await world.kindsOf(subject)).toEqual([]);
    expect(await world.resolvedOf(subject)).toHaveLength(1);
  });

  test("is a finding where the service has no role, until it has one; and again when that has ended", async () => {
    const [host, guest, entity] = [await world.service(), await world.service(), await world.entity()];
    const dataset = await table({ service: host, entities: [entity] });
    const subject = `service:${guest}#${dataset}`;
    await access(`service:${guest}`, dataset);
    expect(await world.kindsOf(subject)).toEqual(["ACCESS_WITHOUT_ROLE"]);
    const { id } = await world.assign(entity, guest, "READER");
    await reportAccessFindings(world.deps);
    expect(await world.kindsOf(subject)).toEqual([]);
    world.clock.advance("PT1S");
    await endOwnership(world.deps, { actor, id });
    world.clock.advance("PT1S");
    await reportAccessFindings(world.deps);
    expect(await world.kindsOf(subject)).toEqual(["ACCESS_WITHOUT_ROLE"]);
  });

  test("is a finding where nobody knows the dataset, until it is registered", async () => {
    const service = await world.service();
    const dataset = datasetUrn({ namespace: "postgres://db", name: "invoices" });
    const subject = `service:${service}#${dataset}`;
    await access(`service:${service}`, dataset);
    expect(await world.kindsOf(subject)).toEqual(["UNKNOWN_DATASET_ACCESSED"]);
    await world.dataset({ name: "invoices", service, fields: [CLASSIFIED] });
    await reportAccessFindings(world.deps);
    expect(await world.kindsOf(subject)).toEqual([]);
  });

  test("counts for the dataset under every spelling of its name", async () => {
    const service = await world.service();
    await world.dataset({ namespace: "postgres://spelled", name: "people", service, fields: [CLASSIFIED] });
    await access(`service:${service}`, "dataset:postgresql%3A%2F%2Fspelled:people");
    expect((await world.list({ serviceKey: service })).map(({ kind }) => kind)).not.toContain("UNKNOWN_DATASET_ACCESSED");
  });

  test("by those who are no registered service is about the dataset", async () => {
    const dataset = await table({ service: await world.service() });
    await access("importer", dataset, { purpose: "" });
    expect(await world.kindsOf(dataset)).toEqual(["ACCESS_WITHOUT_PURPOSE"]);
    await access("service:never-registered", dataset, { purpose: "" });
    expect(await world.kindsOf(`service:never-registered#${dataset}`)).toEqual(["ACCESS_WITHOUT_PURPOSE"]);
  });

  test("changes no finding where nothing is new", async () => {
    const before = await world.list({});
    await reportAccessFindings(world.deps);
    expect(await world.list({})).toEqual(before);
  });
});

test("the job looks once a minute", async () => {
  const [job, service] = [createReportAccessFindingsJob(world.deps), await world.service()];
  const dataset = await table({ service });
  const subject = `service:${service}#${dataset}`;
  await job.runOnce();
  const event = { eventId: "timed", at: world.clock.now(), actor: "clerk", dataset, purpose: "", basis: "", allowed: true };
  await recordAccessEvents(world.deps, [{ reporter: `service:${service}`, event }]);
  world.clock.advance("PT59S");
  await job.runOnce();
  expect(await world.kindsOf(subject)).toEqual([]);
  world.clock.advance("PT1S");
  await job.runOnce();
  expect(await world.kindsOf(subject)).toEqual(["ACCESS_WITHOUT_PURPOSE"]);
});
