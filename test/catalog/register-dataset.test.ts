import { findDatasets } from "../../src/catalog";
import { findDatasetIds } from "../../src/catalog/storage/plan-queries";
import type { DatasetInput } from "../../src/catalog/dataset-model";
import { findFields } from "../../src/catalog/storage/dataset-queries";
import { classifyByPattern } from "../../src/catalog/use-cases/classify-by-pattern";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
beforeAll(async () => {
  world = await setup();
  await registerService(world.deps, { actor: "ada", key: "orders", name: "Orders" });
  await registerEntity(world.deps, { actor: "ada", key: "order", name: "Order", domain: "shop", identifierTypes: ["order_id"] });
  await registerEntity(world.deps, { actor: "ada", key: "customer", name: "Customer" });
});
afterAll(() => world.close());

const namespace = "postgres://db:5432";
const register = (input: Partial<DatasetInput>) => registerDataset(world.deps, { actor: "ada", namespace, name: "shop.public.orders", ...input });
const fieldsOf = async ({ number }: { number: number }) => (await findFields(world.deps.db, [number])).get(number) ?? [];

test("a dataset has an id of its normalised name, its service, entities and fields", async () => {
  const dataset = await register({
    namespace: "PostgreSQL://DB:5432", name: "shop.public.Orders", service: "service:orders", entities: ["entity:order", "customer"], identifierTypes: ["email"],
    fields: [{ name: "id", type: "uuid", categories: [] }, { name: "email", categories: ["user.contact.email"] }],
  });
  expect(dataset.id).toBe("dataset:postgres%3A%2F%2Fdb%3A5432:shop.public.Orders");
  expect((await findDatasets(world.deps.db, [dataset.number])).get(dataset.number)).toEqual({
    id: dataset.number, namespace, name: "shop.public.Orders", serviceKey: "orders", entityKeys: ["customer", "order"], identifierTypes: ["email"], personal: "PERSONAL",
  });
  expect(await fieldsOf(dataset)).toEqual([
    { name: "id", type: "uuid", categories: [] },
    { name: "email", type: null, categories: ["user.contact.email"] },
  ]);
  expect(await findDatasetIds(world.deps.db, [{ namespace, name: "shop.public.Orders" }, { namespace, name: "no" }])).toEqual(new Map([[dataset.id, dataset.number]]));
});

test("omitted members stay, of the fields too; the list of fields is the one given", async () => {
  await register({ service: "orders", fields: [{ name: "email", type: "text", categories: ["user.contact.email"] }, { name: "note" }] });
  const dataset = await register({ fields: [{ name: "id" }, { name: "email" }] });
  expect(dataset.serviceKey).toBe("orders");
  expect(await fieldsOf(dataset)).toEqual([
    { name: "id", type: null, categories: null },
    { name: "email", type: "text", categories: ["user.contact.email"] },
  ]);
});

test("an equal input writes nothing", async () => {
  const input = { name: "equal", service: "orders", entities: ["order"], fields: [{ name: "a", categories: ["user", "system"] }] };
  const first = await register(input);
  const before = await auditTrail(world.deps);
  expect(await register({ ...input, namespace: "postgresql://DB:5432", fields: [{ name: "a", categories: ["system", "user"] }] })).toEqual(first);
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("whether a dataset is personal follows from its fields", async () => {
  const stateOf = async (fields: DatasetInput["fields"]) => (await register({ name: "state", fields })).personal;
  expect(await stateOf([])).toBe("UNCLASSIFIED");
  expect(await stateOf([{ name: "a", categories: ["system.operations"] }])).toBe("NOT_PERSONAL");
  expect(await stateOf([{ name: "a" }, { name: "b", categories: null }])).toBe("UNCLASSIFIED");
  expect(await stateOf([{ name: "a" }, { name: "b", categories: ["user.name"] }])).toBe("PERSONAL");
});

test("a category outside the taxonomy is refused, for it would declare the field not personal, unless a source has brought it in", async () => {
  const categories = ["usr.contact.email"];
  const refused = { code: "BAD_USER_INPUT", message: expect.stringContaining("fideslang taxonomy") as string };
  await expect(register({ name: "strange", fields: [{ name: "a", categories }] })).rejects.toMatchObject(refused);
  const dataset = await register({ name: "strange", fields: [{ name: "a" }] });
  await expect(classifyFields(world.deps, { actor: "ada", dataset: dataset.id, fields: [{ name: "a", categories }] })).rejects.toMatchObject(refused);
  const byPattern = { actor: "ada", fieldPattern: "a", onlyUnclassified: true, dryRun: true };
  await expect(classifyByPattern(world.deps, { ...byPattern, categories })).rejects.toMatchObject(refused);

  const document = "categories: [usr.contact.email]\ndatasets: [{ namespace: n, name: d, fields: [{ name: f, categories: [usr.contact.email] }] }]";
  await importDescriptors(world.deps, { actor: "ada", source: "own", format: "CADASTRE", document, dryRun: false });
  expect((await register({ name: "strange", fields: [{ name: "a", categories }] })).personal).toBe("NOT_PERSONAL");
});

test("classifying fields changes these alone, and the dataset with them", async () => {
  const dataset = await register({ name: "classified", fields: [{ name: "a", type: "text" }, { name: "b", categories: [] }] });
  const classified = await classifyFields(world.deps, { actor: "ada", dataset: dataset.id, fields: [{ name: "a", categories: ["user.name"] }] });
  expect(classified.personal).toBe("PERSONAL");
  expect(await fieldsOf(dataset)).toEqual([{ name: "a", type: "text", categories: ["user.name"] }, { name: "b", type: null, categories: [] }]);
  const unknown = classifyFields(world.deps, { actor: "ada", dataset: dataset.id, fields: [{ name: "c" }] });
  await expect(unknown).rejects.toMatchObject({ code: "NOT_FOUND", message: "fields[0].name: the dataset has no such field" });
});

test("a service or entity that is not registered is named", async () => {
  const refused = register({ service: "nobody", entities: ["order", "entity:nothing"] });
  await expect(refused).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringMatching(/^service:nobody, entity:nothing: not registered/) as string });
});

test("the longest names that are taken can be stored", async () => {
  const long = Array.from({ length: 1024 }, (_, place) => String.fromCharCode(33 + ((place * 7919 + place ** 2 * 31) % 90))).join("").slice(0, 512);
  const wide = Array.from({ length: 341 }, (_, place) => String.fromCharCode(0x4e00 + ((place * 7919) % 20_000))).join("");
  expect(await register({ namespace: wide, name: long })).toMatchObject({ namespace: wide, name: long });
});

test.each<[string, Partial<DatasetInput>, RegExp]>([
  ["a name of 10,000 characters", { name: "n".repeat(10_000) }, /^name: must have at most 512/],
  ["a name of too many bytes", { name: "語".repeat(400) }, /^name: must have at most 1024 bytes/],
  ["a name with an invisible character", { name: "orders\u200d" }, /^name: .*U\+200D/],
  ["a name that ends with a space", { name: "orders " }, /^name: must not begin or end/],
  ["an empty namespace", { namespace: "" }, /^namespace: must not be empty/],
  ["an entity key that is none", { entities: ["order", "Entity!"] }, /^entities\[1\]: must match/],
  ["a field named twice", { fields: [{ name: "a" }, { name: "a" }] }, /^fields\[1\].name: stands in the list already/],
  ["a category that is none", { fields: [{ name: "a", categories: ["user..email"] }] }, /^fields\[0\].categories\[0\]: must be a dotted/],
  ["an identifier type that no person can have", { identifierTypes: ["E-Mail"] }, /^identifierTypes\[0\]: must be a lower-case letter/],
])("%s is refused", async (_, fault, reason) => {
  await expect(register(fault)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(reason) as string });
});
