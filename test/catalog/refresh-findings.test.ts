import { proofs } from "../../src/catalog";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { refreshFindings } from "../../src/catalog/use-cases/refresh-findings";
import type { Deps } from "../../src/platform/deps";
import { countStatements } from "../support/count-statements";
import { actor, EMAIL, type FindingWorld, findingWorld } from "./finding-world";

let world: FindingWorld;
beforeAll(async () => {
  world = await findingWorld();
});
afterAll(() => world.close());

describe("time alone", () => {
  test("an assignment that begins later resolves the finding when it begins, and opens one when it ends", async () => {
    const key = await world.entity();
    await world.assign(key, await world.service(), "SYSTEM_OF_RECORD", { validFrom: world.inDays(1), validTo: world.inDays(2) });
    await world.sweep();
    expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    world.clock.advance("P1D");
    expect(await world.sweep()).toBe(1);
    expect(await world.kindsOf(`entity:${key}`)).toEqual([]);
    expect(await world.sweep()).toBe(0);
    world.clock.advance("P1D");
    expect(await world.sweep()).toBe(1);
    expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    expect(await world.sweep()).toBe(0);
  });

  test("a clock that jumps over both ends skips what was never seen", async () => {
    const key = await world.entity();
    await world.assign(key, await world.service(), "SYSTEM_OF_RECORD", { validFrom: world.inDays(1), validTo: world.inDays(2) });
    const [open] = await world.list({ subject: `entity:${key}` });
    world.clock.advance("P10D");
    await world.sweep();
    expect(await world.list({ subject: `entity:${key}` })).toEqual([open]);
    expect(await world.sweep()).toBe(0);
  });

  test("what is moved or retired before it is due is not due any more", async () => {
    const key = await world.entity();
    const { id } = await world.assign(key, await world.service(), "SYSTEM_OF_RECORD", { validTo: world.inDays(1) });
    await correctAssignment(world.deps, { actor, id, validTo: null });
    world.clock.advance("P2D");
    expect(await world.sweep()).toBe(0);
  });

  test("a change that commits only when what it changes was due already is found all the same", async () => {
    const key = await world.entity();
    const { id } = await world.assign(key, await world.service(), "SYSTEM_OF_RECORD");
    let meanwhile: number | undefined;
    const slow: Deps = {
      ...world.deps,
      transaction: (work) =>
        world.deps.transaction(async (tx) => {
          const result = await work(tx);
          world.clock.advance("P2D");
          meanwhile = await world.sweep();
          return result;
        }),
    };
    await correctAssignment(slow, { actor, id, validTo: world.inDays(1) });
    expect(meanwhile).toBe(0);
    expect(await world.kindsOf(`entity:${key}`)).toEqual([]);
    expect(await world.sweep()).toBe(1);
    expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
  });
});

test("a proof of what is proven already moves the day on which it grows old, and looks at nothing else", async () => {
  const { id, number } = await world.dataset({ service: await world.service(), fields: [EMAIL] });
  const prove = async (): Promise<string[]> => {
    const counted = countStatements(world.deps);
    await counted.deps.transaction((tx) => proofs.record(tx, [{ datasetId: number, kind: "LIVE", at: tx.now }]));
    return counted.statements;
  };
  expect(await prove()).toContain("refreshDatasetFindings");
  world.clock.advance("P20D");
  expect(await prove()).toEqual(["lockProven", "writeProofs"]);
  world.clock.advance("P30D");
  await world.sweep();
  expect(await world.kindsOf(id)).toEqual([]);
  world.clock.advance("PT1S");
  await world.sweep();
  expect(await world.kindsOf(id)).toEqual(["UNPROVEN_ENDPOINT"]);
  expect(await prove()).toContain("refreshDatasetFindings");
  expect(await world.kindsOf(id)).toEqual([]);
});

test("a proof and the change that makes it matter do not miss each other", async () => {
  const host = await world.service();
  for (let round = 0; round < 10; round += 1) {
    const { id, number } = await world.dataset({ service: host, fields: [{ name: "email", categories: [] }] });
    await Promise.all([
      classifyFields(world.deps, { actor, dataset: id, fields: [EMAIL] }),
      world.deps.transaction((tx) => proofs.record(tx, [{ datasetId: number, kind: "LIVE", at: tx.now }])),
    ]);
    expect(await world.kindsOf(id)).toEqual([]);
  }
});

test("refreshing the same things at once, in whatever order, opens each finding once and fails nowhere", async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, world.entity));
  const datasets = await Promise.all(Array.from({ length: 5 }, () => world.dataset({ fields: [{ name: "email" }] })));
  const numbers = datasets.map(({ number }) => number);
  await world.deps.transaction((tx) => tx.execute("testForgetFindings", "delete from findings where entity_key = any($1) or dataset_id = any($2)", [keys, numbers]));
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      world.deps.transaction((tx) =>
        refreshFindings(tx, index % 2 ? { entityKeys: keys, datasetNumbers: numbers } : { entityKeys: keys.toReversed(), datasetNumbers: numbers.toReversed() }),
      ),
    ),
  );
  for (const key of keys) expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
  for (const { id } of datasets) expect(await world.kindsOf(id)).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
});

test("many things are refreshed with the statements that a few take, but planned for many", async () => {
  const source = world.fresh("many");
  const datasets = Array.from({ length: 101 }, (_, index) => ({ namespace: source, name: `${index}`, fields: [{ name: "email" }] }));
  await importDescriptors(world.deps, { actor, source, format: "CADASTRE", document: JSON.stringify({ datasets }), dryRun: false });
  const numbers = (await world.deps.db.query<{ id: number }>("testNumbers", "select id from datasets where namespace = $1", [source])).map(({ id }) => id);
  const statementsFor = async (size: number): Promise<string[]> => {
    const counted = countStatements(world.deps);
    await counted.deps.transaction((tx) => refreshFindings(tx, { datasetNumbers: numbers.slice(0, size) }));
    return counted.statements;
  };
  const few = ["lockDatasets", "holdSilences", "listUnclassifiedFields", "refreshDatasetFindings"];
  expect(await statementsFor(0)).toEqual([]);
  expect(await statementsFor(1)).toEqual(few);
  expect(await statementsFor(101)).toEqual(["lockDatasets", "planForMany", ...few.slice(1)]);
  expect(await world.list({ kinds: ["LOOKS_PERSONAL"], subject: `dataset:${source}:100#email` })).toHaveLength(1);
});
