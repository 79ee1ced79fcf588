import { COPIES, customers, DELETED_JOB, DESCRIPTOR, EVENTS, MIXED_IN, OTHERS, SHARDS } from "./company";
import { type Event, jobIdOf, type Name, runEvent } from "./events";
import { type CustodyNode, idOf, idsOf, type LineageWorld, lineageWorld } from "./lineage-world";

const HOLDERS = [...Object.values(COPIES), ...SHARDS].map(idOf).sort();

/** A company whose descriptors are applied and whose tools have told what they did. */
async function brillenhaus(tell: (world: LineageWorld) => Promise<void>): Promise<LineageWorld> {
  const world = await lineageWorld();
  const report = await world.change("importDescriptors", { source: "brillenhaus", format: "CADASTRE", document: DESCRIPTOR, dryRun: false }, "errors");
  expect(report).toEqual({ errors: [] });
  await tell(world);
  await world.change("retireLineage", { job: jobIdOf(DELETED_JOB) }, "id");
  return world;
}

async function sendInBatches(world: LineageWorld, events: readonly Event[]): Promise<void> {
  for (let start = 0; start < events.length; start += 10) {
    const { body } = await world.sendBatch(events.slice(start, start + 10));
    expect(body.summary.failed).toBe(0);
  }
}

describe.each([
  ["as it happened", (world: LineageWorld) => world.sendAll(EVENTS)],
  ["late, backwards and everything twice", (world: LineageWorld) => sendInBatches(world, [...EVENTS, ...EVENTS].reverse())],
])("custody alone, with events %s,", (_, tell) => {
  let world: LineageWorld;
  let custody: readonly CustodyNode[];
  beforeAll(async () => {
    world = await brillenhaus(tell);
    const { datasets, truncatedAt } = await world.custody(idOf(customers));
    expect(truncatedAt).toEqual([]);
    custody = datasets;
  });
  afterAll(() => world?.close());

  test.each(Object.entries(COPIES))("finds the copy %s", (_how, copy) => {
    expect(custody.find(({ id }) => id === idOf(copy))).toMatchObject({ excluded: null, personal: "UNCLASSIFIED" });
  });

  test("finds all copies, each once, and nothing else", () => {
    expect(custody.map(({ id }) => id).sort()).toEqual(HOLDERS);
    for (const other of [...OTHERS, ...MIXED_IN]) expect(HOLDERS).not.toContain(idOf(other));
  });

  test("tells a way to each copy along places that hold one themselves", () => {
    const holders = new Set([idOf(customers), ...HOLDERS]);
    for (const { id, path } of custody) {
      expect([path[0], path.at(-1)]).toEqual([idOf(customers), id]);
      expect(path.filter((place) => !holders.has(place))).toEqual([]);
      expect(new Set(path).size).toBe(path.length);
    }
    expect(custody.find(({ id }) => id === idOf(COPIES.behindRename))?.path).toEqual([customers, COPIES.capturedChanges, COPIES.raw, COPIES.renamed, COPIES.behindRename].map(idOf));
  });

  test("is wider than the picture, which shows only what flows now", async () => {
    const shown = new Set(idsOf(await world.lineage(idOf(customers), "DOWNSTREAM", { depth: 20 })));
    const past: (keyof typeof COPIES)[] = ["ofDeletedJob", "behindDeletedJob", "ofFailedRun", "behindFailedRun", "ofAbortedRun", "noLongerWritten", "hiddenByBetterLineage", "ofDeletedFacet"];
    for (const [how, copy] of Object.entries(COPIES)) expect([how, shown.has(idOf(copy))]).toEqual([how, !past.includes(how as keyof typeof COPIES)]);
    for (const other of OTHERS) expect(shown).not.toContain(idOf(other));
  });
});

describe("the owner's word on a copy", () => {
  let world: LineageWorld;
  beforeAll(async () => {
    world = await brillenhaus(({ sendAll }) => sendAll(EVENTS));
  });
  afterAll(() => world?.close());

  const excludedOf = async (copy: Name): Promise<string | null | undefined> =>
    (await world.custody(idOf(customers))).datasets.find(({ id }) => id === idOf(copy))?.excluded;
  const dispose = (copy: Name, kind: string, at: string) => world.change("recordDisposal", { dataset: idOf(copy), kind, at }, "truncatedAt");

  test("is proposed, not replaced, by what a producer says", async () => {
    const query = 'query { ownershipFindings(kind: ["PROPOSED_DISPOSAL"]) { edges { node { subject state } } } }';
    const { ownershipFindings } = await world.ask<{ ownershipFindings: { edges: unknown[] } }>(query, {}, "reader");
    expect(ownershipFindings.edges).toEqual([{ node: { subject: idOf(COPIES.behindDeletedJob), state: "OPEN" } }]);
    expect(await excludedOf(COPIES.behindDeletedJob)).toBeNull();
  });

  test.each([
    ["DROPPED", COPIES.raw, COPIES.renamed],
    ["TRUNCATED", COPIES.hashed, COPIES.behindHash],
    ["REBUILT", COPIES.bySymlink, COPIES.behindSymlink],
  ] as const)("that it was %s ends its custody, not that of what was copied from it", async (kind, copy, behind) => {
    expect([await excludedOf(copy), await excludedOf(behind)]).toEqual([null, null]);
    await dispose(copy, kind, "2026-02-20T00:00:00Z");
    expect([await excludedOf(copy), await excludedOf(behind)]).toEqual([kind, null]);
    expect((await world.custody(idOf(customers))).datasets.map(({ id }) => id).sort()).toEqual(HOLDERS);
  });

  test("ends it until something flows in later, even by a run that fails", async () => {
    const report = (run: string, type: "COMPLETE" | "FAIL", at: string) =>
      world.sendAll([runEvent({ job: "report", run, type, at, inputs: [COPIES.renamed], outputs: [COPIES.behindRename] })]);
    await dispose(COPIES.behindRename, "TRUNCATED", "2026-02-20T00:00:00Z");
    await report("early", "COMPLETE", "2026-02-19T00:00:00Z");
    expect(await excludedOf(COPIES.behindRename)).toBe("TRUNCATED");
    await report("failing", "FAIL", "2026-02-21T00:00:00Z");
    expect(await excludedOf(COPIES.behindRename)).toBeNull();
  });

  test("ends nothing if the disposal was before the last flow", async () => {
    await dispose(COPIES.behindFailedRun, "DROPPED", "2026-01-04T01:30:00Z");
    expect(await excludedOf(COPIES.behindFailedRun)).toBeNull();
  });

  test("that a hash makes it anonymous is not taken", async () => {
    const input = { dataset: idOf(COPIES.behindHash), method: "sha256 hash of the address", expiresAt: "2026-06-01T00:00:00Z" };
    const { errors } = await world.mutate("attestAnonymous", input, "id");
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });

  test("that it is anonymous counts once a second person confirms it, and covers what is behind it, until it expires", async () => {
    const dataset = idOf(COPIES.ofDeletedJob);
    await world.change("attestAnonymous", { dataset, method: "aggregation over 50 persons", expiresAt: "2026-06-01T00:00:00Z" }, "id");
    expect(await excludedOf(COPIES.ofDeletedJob)).toBeNull();
    await world.ask("mutation ($input: ConfirmInput!) { confirmAttestation(input: $input) { id } }", { input: { id: dataset } }, "approver");
    expect(await excludedOf(COPIES.ofDeletedJob)).toBe("ATTESTED");
    expect(await excludedOf(COPIES.behindDeletedJob)).toBeUndefined();
    world.clock.set("2026-06-01T00:00:01Z");
    expect([await excludedOf(COPIES.ofDeletedJob), await excludedOf(COPIES.behindDeletedJob)]).toEqual([null, null]);
  });
});
