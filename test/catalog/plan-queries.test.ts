import { datasetUrn, findDatasets, identities, planQueries, proofs } from "../../src/catalog";
import { proofGrade } from "../../src/catalog/model";
import { findDatasetProofs } from "../../src/catalog/storage/dataset-queries";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
  for (const key of ["customer", "order", "weather", "parcel", "letter"]) await registerEntity(world.deps, { actor: "ada", key, name: key });
});
afterAll(() => world.close());

const namespace = "kafka://broker:9092";
const register = (name: string, entities: string[], identifierTypes: string[] = []) =>
  registerDataset(world.deps, { actor: "ada", namespace, name, entities, identifierTypes });
const urn = (name: string): string => datasetUrn({ namespace, name });

test("a plan begins at the datasets that declare a type of the person and at all of the entities that these embody", async () => {
  await register("people", ["customer", "order"], ["email", "customer_id"]);
  await register("addresses", ["customer"], ["email"]);
  await register("orders", ["order", "customer"]);
  await register("logins", [], ["email"]);
  await register("forecasts", ["weather"], ["station"]);

  const counted = countStatements(world.deps);
  const seeds = await planQueries.findPlanSeeds(counted.deps.db, ["email", "phone"]);
  expect(seeds.map(({ dataset, path }) => [dataset.name, path])).toEqual([
    ["people", [urn("people")]],
    ["addresses", [urn("addresses")]],
    ["orders", [urn("people"), "entity:customer", urn("orders")]],
    ["logins", [urn("logins")]],
  ]);
  expect(counted.statements).toEqual(["findPlanSeeds"]);
});

test("what is declared of one name of a dataset counts for all; a name that declares a type itself is a place of its own", async () => {
  const { number } = await register("persons", ["parcel"]);
  await register("subscribers", ["letter"], ["phone"]);
  await register("parcels", ["parcel"]);
  await register("letters", ["letter"]);
  await world.deps.transaction((tx) => identities.merge(tx, { by: "ada", dataset: urn("subscribers"), into: urn("persons") }));
  const seeds = await planQueries.findPlanSeeds(world.deps.db, ["phone"]);
  expect(seeds.map(({ dataset, path }) => [dataset.name, dataset.identifierTypes, path])).toEqual([
    ["persons", ["phone"], [urn("subscribers"), "entity:letter", urn("persons")]],
    ["subscribers", ["phone"], [urn("subscribers")]],
    ["parcels", [], [urn("subscribers"), "entity:parcel", urn("parcels")]],
    ["letters", [], [urn("subscribers"), "entity:letter", urn("letters")]],
  ]);
  expect((await findDatasets(world.deps.db, [number])).get(number)).toMatchObject({ entityKeys: ["letter", "parcel"], identifierTypes: ["phone"] });
});

test("proofs are kept by kind, the latest of each, and grade the dataset", async () => {
  const { number: datasetId } = await register("proven", []);
  const day = (text: string): Date => new Date(`2026-${text}T00:00:00Z`);
  const gradeOn = async (now: Date) => proofGrade((await findDatasetProofs(world.deps.db, [datasetId])).get(datasetId), now);
  const record = (kind: "RECEIPT" | "VERIFY" | "LIVE" | "PROBE", ...instants: Date[]) =>
    world.deps.transaction((tx) => proofs.record(tx, instants.map((at) => ({ datasetId, kind, at }))));

  expect(await gradeOn(day("01-02"))).toBe("G0");
  await record("RECEIPT", day("01-01"));
  expect(await gradeOn(day("01-02"))).toBe("G1");
  await record("VERIFY", day("01-01"));
  expect(await gradeOn(day("01-02"))).toBe("G2");
  await record("LIVE", day("01-03"), day("01-01"));
  await record("LIVE", day("01-02"));
  expect(await proofs.findLiveSince(world.deps.db, [datasetId])).toEqual(new Map([[datasetId, day("01-03")]]));
  expect(await gradeOn(day("02-02"))).toBe("G3");
  expect(await gradeOn(new Date(day("02-02").getTime() + 1))).toBe("G2");
  await record("PROBE", day("01-01"));
  expect(await gradeOn(day("06-01"))).toBe("G4");
});
