import { type ObservedDataset, observeDatasets } from "../../src/catalog";
import { datasetUrn } from "../../src/catalog/public-ids";
import { findFields } from "../../src/catalog/storage/dataset-queries";
import { listFindings } from "../../src/catalog/storage/finding-queries";
import { FINDING_KINDS } from "../../src/catalog/finding-model";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
  for (const key of ["orders", "billing"]) await registerService(world.deps, { actor: "ada", key, name: key });
});
afterAll(() => world.close());

const namespace = "postgres://db:5432";
const seen = (name: string, more: Partial<ObservedDataset> = {}): ObservedDataset => ({
  namespace, name, fields: null, replaceFields: false, symlinks: [], renamedFrom: null, ...more,
});
const fields = (...names: string[]) => names.map((name) => ({ name, type: null, description: null }));
const observe = (...observed: ObservedDataset[]) => world.deps.transaction((tx) => observeDatasets(tx, observed));
const one = async (observed: ObservedDataset) => (await observe(observed)).get(datasetUrn(observed))!;
const fieldNames = async (number: number) => ((await findFields(world.deps.db, [number])).get(number) ?? []).map(({ name }) => name);
const findingsOf = async (name: string) => {
  const filter = { kinds: FINDING_KINDS, includeSilenced: true, subject: datasetUrn({ namespace, name }) };
  return (await listFindings(world.deps.db, filter, { first: 50 })).edges.map(({ node }) => node.kind).sort();
};
const row = async (number: number) => {
  const [found] = await world.deps.db.query<{ name: string; personal: string; merged_into: number | null }>("row", "select name, personal, merged_into from datasets where id = $1", [number]);
  return found!;
};

test("a dataset that nobody knew is taken in with its fields, unclassified and without a service", async () => {
  const found = await one(seen("new", { fields: [{ name: "email", type: "text", description: "of the person" }, { name: "n", type: null, description: null }] }));
  expect(found.root).toBe(found.number);
  expect(await fieldNames(found.number)).toEqual(["email", "n"]);
  expect(await findingsOf("new")).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
  expect((await row(found.number)).personal).toBe("UNCLASSIFIED");
});

test("what is known already costs two statements and writes nothing", async () => {
  const known = [seen("known", { fields: fields("a", "b"), symlinks: [{ namespace: "s3://bucket", name: "known" }] }), seen("known too")];
  await observe(...known);
  const counted = countStatements(world.deps);
  const again = await counted.deps.transaction((tx) => observeDatasets(tx, known));
  expect(counted.statements).toEqual(["findNames", "findFieldChanges"]);
  expect(again.get(datasetUrn({ namespace: "s3://bucket", name: "known" }))!.root).toBe(again.get(datasetUrn(seen("known")))!.number);
});

test("observed fields gather; those of a declared dataset leave what is declared of them", async () => {
  const { number } = await registerDataset(world.deps, {
    actor: "ada", namespace, name: "declared", service: "orders", fields: [{ name: "id", type: "uuid", categories: [] }],
  });
  await one(seen("declared", { fields: [{ name: "id", type: "varchar", description: "other" }, { name: "extra", type: "int", description: null }] }));
  await one(seen("declared", { fields: [{ name: "more", type: null, description: null }, { name: "extra", type: "bigint", description: null }] }));
  expect((await findFields(world.deps.db, [number])).get(number)).toEqual([
    { name: "id", type: "uuid", categories: [] },
    { name: "extra", type: "bigint", categories: null },
    { name: "more", type: null, categories: null },
  ]);
  expect((await row(number)).personal).toBe("UNCLASSIFIED");
});
