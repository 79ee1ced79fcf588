import type { Reader } from "../../src/platform/database/sql";
import { FINDING_KINDS } from "../../src/catalog/finding-model";
import { listDatasets } from "../../src/catalog/storage/dataset-queries";
import { listEntities } from "../../src/catalog/storage/entity-queries";
import { listMatrix } from "../../src/catalog/storage/matrix-queries";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { asOwner } from "../support/as-owner";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
let db: Reader;
const PAGE = { first: 3 };
const names = async (filter: object, page: { first: number; after?: string | null } = PAGE): Promise<string[]> =>
  (await listDatasets(db, filter, page)).edges.map(({ node }) => node.name);
const entities = async (filter: object): Promise<string[]> => (await listEntities(db, filter, PAGE)).edges.map(({ node }) => node.key);
const rows = async (filter: object, asOf: Date | null = null): Promise<string[]> =>
  (await listMatrix(db, filter, { asOf, knownAt: null }, PAGE)).edges.map(({ node }) => node.entityKey);

// So many of one category, beginning and finding that they are found on the walk; the others are looked up.
beforeAll(async () => {
  world = await setup();
  ({ db } = world.deps);
  await db.query(
    "testCommon",
    `with made as (
       insert into datasets (namespace, name, identifier_types, personal, categories, registered_at)
       select 'pg', 'common_' || lpad(i::text, 5, '0'), '{}', 'PERSONAL', '{user,user.name}', '2026-01-01' from generate_series(1, 10500) i returning id, name
     ), noun as (
       insert into entities (key, name, identifier_types, registered_at) select replace(name, '_', '-'), name, '{}', '2026-01-01' from made where id % 4 = 0 returning key
     ) select count(*) from made, noun`,
  );
  await db.query("testEmbodied", "insert into dataset_entities (dataset_id, entity_key) select d.id, replace(d.name, '_', '-') from datasets d join entities e on e.name = d.name");
  await db.query(
    "testFound",
    `insert into findings (id, kind, subject, dataset_id, message, since)
     select gen_random_uuid(), 'UNPROVEN_ENDPOINT', d.name, d.id, 'm', '2026-01-01' from datasets d join dataset_entities de on de.dataset_id = d.id`,
  );
  // As PostgreSQL does by itself, within a minute of such a change.
  await asOwner(world.deps, "testAnalyze", "analyze");
  for (const key of ["aaa", "zzz"]) await registerEntity(world.deps, { actor: "ada", key, name: `Ärzte_${key}` });
  await registerDataset(world.deps, {
    actor: "ada", namespace: "pg", name: "Ärzte 100%", entities: ["zzz"], fields: [{ name: "mail", categories: ["user.contact.email"] }, { name: "job", categories: ["user.workplace"] }],
  });
  await registerDataset(world.deps, { actor: "ada", namespace: "aa", name: "nothing", fields: [{ name: "f", categories: [] }] });
});
afterAll(() => world.close());

test("datasets are found by a category and all that it lies under, rare or common", async () => {
  expect(await names({ category: "user.contact" })).toEqual(["Ärzte 100%"]);
  expect(await names({ category: "user.contact.email" })).toEqual(["Ärzte 100%"]);
  expect(await names({ category: "user.contact.email.work" })).toEqual([]);
  expect(await names({ category: "user.con" })).toEqual([]);
  expect(await names({ category: "user.name" })).toEqual(["common_00001", "common_00002", "common_00003"]);
  const { pageInfo } = await listDatasets(db, { category: "user.name" }, PAGE);
  expect(await names({ category: "user.name" }, { first: 2, after: pageInfo.endCursor })).toEqual(["common_00004", "common_00005"]);
});

test("datasets are found by the beginning of their names, in any case and literally, rare or common", async () => {
  expect(await names({ namePrefix: "COMMON_" })).toEqual(["common_00001", "common_00002", "common_00003"]);
  expect(await names({ namePrefix: "common_1050" })).toEqual(["common_10500"]);
  expect(await names({ namePrefix: "Ärzte 100%" })).toEqual(["Ärzte 100%"]);
  expect(await names({ namePrefix: "Ärzte 1_0" })).toEqual([]);
  expect(await names({ namePrefix: "common_%" })).toEqual([]);
  expect(await names({ namePrefix: "Ärzte", category: "user" })).toEqual(["Ärzte 100%"]);
  expect(await names({ namePrefix: "common", category: "user.contact" })).toEqual([]);
});

test("entities are found by a category of their datasets and by the beginning of their names", async () => {
  const commons = (await db.query<{ key: string }>("testKeys", "select key from entities where key like 'common%' order by key limit 3")).map(({ key }) => key);
  expect(await entities({ category: "user.contact" })).toEqual(["zzz"]);
  expect(await entities({ category: "user.name" })).toEqual(commons);
  expect(await entities({ namePrefix: "common" })).toEqual(commons);
  expect(await entities({ namePrefix: "Ärzte" })).toEqual(["aaa", "zzz"]);
  expect(await entities({ namePrefix: "Ärzte", category: "user" })).toEqual(["zzz"]);
});

test("rows of the matrix are found by category and finding, rare or common", async () => {
  const commons = (await db.query<{ key: string }>("testKeys", "select key from entities where key like 'common%' order by key limit 3")).map(({ key }) => key);
  expect(await rows({ category: "user.workplace" })).toEqual(["zzz"]);
  expect(await rows({ category: "user.name" })).toEqual(commons);
  expect(await rows({ findings: ["NO_SYSTEM_OF_RECORD"] })).toEqual(["aaa", "zzz"]);
  expect(await rows({ findings: ["UNPROVEN_ENDPOINT"] })).toEqual(commons);
  expect(await rows({ findings: ["UNPROVEN_ENDPOINT"], category: "user.workplace" })).toEqual(["zzz"]);
  expect(await rows({ findings: FINDING_KINDS, category: "user.name" })).toEqual(commons);
  // At an instant, all without a system of record have that finding, stored or not.
  expect(await rows({ findings: ["NO_SYSTEM_OF_RECORD"] }, world.clock.now())).toEqual(["aaa", ...commons.slice(0, 2)]);
  expect(await rows({ findings: ["UNPROVEN_ENDPOINT"] }, world.clock.now())).toEqual(commons);
});

test("what is common takes no more statements than what is rare", async () => {
  const counted = countStatements(world.deps);
  for (const category of ["user.name", "user.workplace"]) await listDatasets(counted.deps.db, { category, namePrefix: "common" }, PAGE);
  expect(counted.statements).toEqual([
    "countDatasetsOfPrefix", "countDatasetsOfCategory", "listDatasetsNameCategory", "countDatasetsOfPrefix", "countDatasetsOfCategory", "listDatasetsNameRareCategory",
  ]);
});
