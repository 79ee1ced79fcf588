import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescriptorFormat } from "../../src/catalog/descriptors/descriptor-model";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { exportDescriptors } from "../../src/catalog/use-cases/export-descriptors";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup, type World } from "../support/setup";

const SHOP = readFileSync(join(__dirname, "../../examples/shop/cadastre.yaml"), "utf8");
const AWKWARD = `
categories: [user.loyalty]
teams: [{ key: "null", name: "~" }]
services:
  - { key: a, name: "yes: no", description: "two\\nlines # and 'quotes'", team: "null", kinds: [], timeoutMs: 500, backupHorizon: P30D,
      properties: { z: [1, "1", true, "true", null, { deep: "" }], 12: 0.5, "": "-" } }
entities: [{ key: e, name: "2026-01-01", description: "", domain: "0x10" }]
assignments:
  - { entity: e, service: a, role: SYSTEM_OF_RECORD, validFrom: 2020-01-01, validTo: 2021-01-01T12:00:00.123Z }
  - { entity: e, service: a, role: SYSTEM_OF_RECORD, validFrom: 2022-01-01 }
  - { entity: e, service: a, role: READER }
datasets:
  - { namespace: "postgres://h:1", name: "a: b", service: a, entities: [e], identifierTypes: [email], physicalLocation: "rack 7", sensitivity: internal,
      description: "x", properties: { owner: ops },
      fields: [{ name: "1", type: "null", categories: [user.loyalty, "null"], description: d, sensitivity: s }, { name: b, categories: [] }, { name: c }] }
  - { namespace: n, name: bare }
rules: [{ key: r, startPoint: CREATED, period: P1Y, zone: Europe/Berlin }]
`.replace('categories: [user.loyalty]', 'categories: [user.loyalty, "null"]');

let world: World;
beforeEach(async () => (world = await setup()));
afterEach(() => world.close());

const importInto = ({ deps }: World, source: string, documents: readonly string[], format: DescriptorFormat | "AUTO" = "CADASTRE"): Promise<ImportReport> =>
  importDescriptors(deps, { actor: "ada", source, format, document: "", files: documents.map((document, at) => ({ path: `${source}/${at}`, document })), dryRun: false });

async function exported({ deps }: World, source: string | null, format: DescriptorFormat = "CADASTRE", only = /./): Promise<string[]> {
  const documents: string[] = [];
  for await (const { path, document } of exportDescriptors(deps, { format, source })) if (only.test(path)) documents.push(document);
  return documents;
}

test.each([["the example company", SHOP], ["texts that YAML could take for something else, and every member there is", AWKWARD]])(
  "the export of a source, imported under its name, changes nothing; in an empty register it makes the same one: %s",
  async (_, text) => {
    expect(await importInto(world, "s", [text])).toMatchObject({ errors: [] });
    world.clock.advance("P1D");
    const documents = await exported(world, "s");
    expect(await importInto(world, "s", documents)).toMatchObject({ changes: 0, errors: [] });

    const other = await setup();
    try {
      expect(await importInto(other, "s", documents)).toMatchObject({ errors: [] });
      expect(await exported(other, "s")).toEqual(documents);
    } finally {
      await other.close();
    }
  },
);

const FIXTURES = join(__dirname, "../../../shared/fixtures/odcs");
const contracts = existsSync(FIXTURES)
  ? readdirSync(FIXTURES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml")).map((name): [string, string] => [name, readFileSync(join(FIXTURES, name), "utf8")])
  : [];

async function expectNoChangeByContracts(_: string, text: string): Promise<void> {
  expect(await importInto(world, "s", [text], "AUTO")).toMatchObject({ errors: [] });
  world.clock.advance("P1D");
  // Contracts hold the datasets, the native export everything else.
  const documents = [...(await exported(world, "s", "CADASTRE", /^register/)), ...(await exported(world, "s", "ODCS"))];
  expect(await importInto(world, "s", documents, "AUTO")).toMatchObject({ changes: 0, errors: [] });
}

const NO_CHANGE_BY_CONTRACTS = "the export as data contracts changes nothing either: %s";
test.each([["the example company's datasets", SHOP], ["every member of a dataset", AWKWARD]])(NO_CHANGE_BY_CONTRACTS, expectNoChangeByContracts);
(contracts.length > 0 ? test : test.skip).each(contracts.length > 0 ? contracts : [["contracts of others", ""]])(NO_CHANGE_BY_CONTRACTS, expectNoChangeByContracts);

test("the export of the register holds what was registered one by one as well, and imports without a change", async () => {
  const { deps } = world;
  const actor = "ada";
  await registerService(deps, { actor, key: "a", name: "A", kinds: null });
  await registerEntity(deps, { actor, key: "e", name: "E" });
  await registerDataset(deps, { actor, namespace: "n", name: "d", service: "a", entities: ["e"], fields: [{ name: "f" }] });
  const first = await assignOwnership(deps, { actor, entity: "e", service: "a", role: "SYSTEM_OF_RECORD" });
  world.clock.advance("P1D");
  await endOwnership(deps, { actor, id: first.id });
  const never = await assignOwnership(deps, { actor, entity: "e", service: "a", role: "READER", validFrom: new Date(deps.clock.now().getTime() + 1000) });
  await endOwnership(deps, { actor, id: never.id });
  await assignOwnership(deps, { actor, entity: "e", service: "a", role: "WRITER" });

  const documents = await exported(world, null);
  expect(documents.join("\n")).not.toContain("READER");
  expect(await importInto(world, "all", documents)).toMatchObject({ changes: 0, errors: [] });
});

test("the export of a source leaves out what it does not declare", async () => {
  await importInto(world, "one", ["services: [{ key: a, name: A }]"]);
  await importInto(world, "two", ["services: [{ key: b, name: B }]"]);
  expect((await exported(world, "two")).join("")).toMatch(/key: b/);
  expect((await exported(world, "two")).join("")).not.toMatch(/key: a/);
  expect(await exported(world, "three")).toEqual([]);
});
