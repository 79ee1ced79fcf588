import { markInCustody, type ObservedDataset, observeDatasets } from "../../src/catalog";
import { datasetUrn } from "../../src/catalog/public-ids";
import { findFields } from "../../src/catalog/storage/dataset-queries";
import { listFindings } from "../../src/catalog/storage/finding-queries";
import { FINDING_KINDS } from "../../src/catalog/finding-model";
import { findAttestations } from "../../src/catalog/storage/attestation-queries";
import { findCoverage } from "../../src/catalog/storage/coverage-queries";
import { attestAnonymous } from "../../src/catalog/use-cases/attest-anonymous";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { confirmAttestation } from "../../src/catalog/use-cases/confirm-attestation";
import { exportDescriptors } from "../../src/catalog/use-cases/export-descriptors";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
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
  const counted = countStatements(world.deps);
  await counted.deps.transaction((tx) => observeDatasets(tx, [seen("declared", { fields: [{ name: "id", type: "varchar", description: "other" }] })]));
  expect(counted.statements).toEqual(["findNames", "findFieldChanges"]);
});

test("a list that replaces takes away what was merely observed and is not on it, and nothing else", async () => {
  const { number } = await registerDataset(world.deps, { actor: "ada", namespace, name: "replaced", fields: [{ name: "declared", categories: [] }] });
  await observe(seen("replaced", { fields: fields("gone", "stays") }));
  await observe(seen("replaced", { fields: fields("stays"), replaceFields: true }), seen("replaced", { fields: fields("added") }));
  expect(await fieldNames(number)).toEqual(["declared", "stays", "added"]);
  await observe(seen("replaced", { fields: [], replaceFields: true }));
  expect(await fieldNames(number)).toEqual(["declared"]);
  expect((await row(number)).personal).toBe("NOT_PERSONAL");
});

test("a new field ends what was attested of its dataset; one seen again does not", async () => {
  const { id: dataset, number } = await registerDataset(world.deps, { actor: "ada", namespace, name: "attested", fields: [{ name: "a" }] });
  await attestAnonymous(world.deps, { actor: "ada", dataset, speaksFor: undefined, method: "aggregation", expiresAt: new Date("2026-12-01T00:00:00Z") });
  await confirmAttestation(world.deps, { actor: "bob", id: dataset });
  await observe(seen("attested", { fields: fields("a") }));
  expect((await findAttestations(world.deps.db, [number])).get(number)).toHaveLength(1);
  await observe(seen("attested", { fields: fields("b") }));
  expect((await findAttestations(world.deps.db, [number])).get(number)).toBeUndefined();
});

test("a declaration that names an observed field makes it declared; one that omits it keeps it, and plans and exports nothing of it", async () => {
  const apply = (names: string[], dryRun: boolean) => {
    const document = JSON.stringify({ datasets: [{ namespace, name: "planned", service: "orders", fields: names.map((name) => ({ name, categories: [] })) }] });
    return importDescriptors(world.deps, { actor: "ada", source: "s", format: "CADASTRE", document, dryRun });
  };
  await observe(seen("planned", { fields: fields("x", "id", "z") }));
  expect((await apply(["id"], false)).errors).toEqual([]);
  expect(await apply(["id"], true)).toMatchObject({ changes: 0, plan: [] });
  await observe(seen("planned", { fields: fields("w", "id") }));
  expect(await apply(["id"], true)).toMatchObject({ changes: 0, plan: [] });
  const number = (await one(seen("planned"))).root;
  expect(await fieldNames(number)).toEqual(["id", "x", "z", "w"]);
  expect((await row(number)).personal).toBe("UNCLASSIFIED");

  const exported = async () => {
    const files: string[] = [];
    for await (const { document } of exportDescriptors(world.deps, { format: "CADASTRE", source: "s" })) files.push(document);
    return files.join();
  };
  expect(await exported()).toMatch(/fields:\s+- name: id\s+categories: \[\]\s*$/);
  expect((await apply(["id", "x", "z", "w"], true)).changes).toBe(1);
  await apply(["id", "x", "z", "w"], false);
  expect((await row(number)).personal).toBe("NOT_PERSONAL");
  await apply(["id", "x"], false);
  expect(await fieldNames(number)).toEqual(["id", "x"]);
});

test("an observed field that was classified stays classified, whatever is declared and observed after", async () => {
  const found = await one(seen("classified", { fields: fields("email", "note") }));
  const classify = (name: string, categories: string[]) => classifyFields(world.deps, { actor: "ada", dataset: datasetUrn(seen("classified")), fields: [{ name, categories }] });
  expect((await classify("email", [])).personal).toBe("UNCLASSIFIED");
  expect((await classify("note", ["user.contact"])).personal).toBe("PERSONAL");
  await observe(seen("classified", { fields: [{ name: "email", type: "text", description: null }], replaceFields: true }));
  await registerDataset(world.deps, { actor: "ada", namespace, name: "classified", service: "orders", fields: [{ name: "id", categories: [] }] });
  expect((await findFields(world.deps.db, [found.number])).get(found.number)).toEqual([
    { name: "id", type: null, categories: [] }, { name: "email", type: "text", categories: [] }, { name: "note", type: null, categories: ["user.contact"] },
  ]);
  expect((await row(found.number)).personal).toBe("PERSONAL");
});

test("a schema that comes late takes nothing back", async () => {
  const typed = (type: string, ...names: string[]) => names.map((name) => ({ name, type, description: null }));
  const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
  const { number } = await one(seen("late", { fields: typed("new", "a"), at: at(11) }));
  await observe(seen("late", { fields: typed("old", "a", "z"), replaceFields: true, at: at(9) }));
  expect((await findFields(world.deps.db, [number])).get(number)).toEqual([{ name: "a", type: "new", categories: null }]);
  await observe(seen("late", { fields: typed("old", "a", "z"), at: at(9) }));
  await observe(seen("late", { fields: typed("newer", "a"), at: at(12) }));
  await observe(seen("late", { fields: typed("old", "a"), at: at(11) }));
  expect((await findFields(world.deps.db, [number])).get(number)).toEqual([{ name: "a", type: "newer", categories: null }, { name: "z", type: "old", categories: null }]);
});

test("transactions that see the same new datasets and fields at once end in one of each", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `same ${index}`);
  const all = names.map((name, index) => seen(name, { fields: fields("a", `f${index}`), symlinks: [{ namespace: "s3://same", name }] }));
  const found = await Promise.all([all, all.toReversed(), all, all.toReversed()].map((observed) => observe(...observed)));
  for (const other of found.slice(1)) expect(new Map([...other].sort())).toEqual(new Map([...found[0]!].sort()));
  expect(new Set([...found[0]!.values()].map(({ root }) => root)).size).toBe(40);
  expect(await fieldNames(found[0]!.get(datasetUrn(seen("same 7")))!.root)).toEqual(["a", "f7"]);
});

test("what is observed while a dataset is being declared is not lost, nor is it while its fields are being classified", async () => {
  const { number } = await registerDataset(world.deps, { actor: "ada", namespace, name: "busy", service: "orders", fields: [{ name: "a", categories: [] }] });
  const declare = (description: string) => registerDataset(world.deps, { actor: "ada", namespace, name: "busy", description, fields: [{ name: "a", categories: [] }] });
  await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? declare(`${index}`) : observe(seen("busy", { fields: fields(`f${index}`) })))));
  expect((await fieldNames(number)).sort()).toEqual(["a", "f1", "f11", "f3", "f5", "f7", "f9"]);
  expect((await row(number)).personal).toBe("UNCLASSIFIED");
});

test("names may have every separator and script; one that cannot be kept is refused, a field of such a name left out", async () => {
  const odd = ["a.b/c:d#e%f?g&h=i", "naïve 表 🗄️", " spaced ", "tab\there", "[x].\"y\"", "'; drop table datasets; --", "{}", "null"];
  const found = await observe(...odd.map((name) => seen(name, { namespace: `s3://odd/${name}`, fields: fields(...odd, "", "x".repeat(600), "nul\0") })));
  expect(found.size).toBe(odd.length);
  for (const { number } of found.values()) expect(await fieldNames(number)).toEqual(odd);
  for (const name of ["", "x".repeat(513), "表".repeat(400), "nul\0"]) await expect(observe(seen(name))).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("a schema of 100,000 columns is taken in, and seen again", async () => {
  const wide = seen("wide", { fields: fields(...Array.from({ length: 100_000 }, (_, index) => `column ${index}`)) });
  const { number } = await one(wide);
  const counted = countStatements(world.deps);
  await counted.deps.transaction((tx) => observeDatasets(tx, [wide]));
  expect(counted.statements).toEqual(["findNames", "findFieldChanges"]);
  expect(await fieldNames(number)).toHaveLength(100_000);
}, 60_000);

test("what may hold copies of personal data is in scope of coverage, and only that", async () => {
  const mark = (...numbers: number[]) => world.deps.transaction((tx) => markInCustody(tx, numbers));
  const [one, other] = await Promise.all(
    ["copy", "other copy"].map((name) => registerDataset(world.deps, { actor: "ada", namespace, name, service: "billing", fields: [{ name: "n", categories: [] }] })),
  );
  const inScope = async () => (await findCoverage(world.deps.db, "billing")).inScope;
  expect(await inScope()).toBe(0);
  await mark(one!.number, other!.number);
  expect(await inScope()).toBe(2);
  expect(await mark(other!.number)).toBe(1);
  expect(await inScope()).toBe(1);
  await mark();
  expect(await inScope()).toBe(0);
});
