import { findFields } from "../../src/catalog/storage/dataset-queries";
import { FINDING_KINDS } from "../../src/catalog/finding-model";
import { listFindings } from "../../src/catalog/storage/finding-queries";
import { classifyByPattern } from "../../src/catalog/use-cases/classify-by-pattern";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { digestTables } from "../support/digest-tables";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
let number: number;
beforeEach(async () => {
  world = await setup();
  await registerService(world.deps, { actor: "ada", key: "crm", name: "CRM" });
  number = (
    await registerDataset(world.deps, {
      actor: "ada", namespace: "postgres://crm", name: "public.Customers", service: "crm",
      fields: [
        { name: "E_Mail", type: "VARCHAR(255)" }, { name: "email_hash", type: "bytea" }, { name: "email", categories: ["user.contact"] }, { name: "eXmail" },
        { name: "note", categories: [] },
      ],
    })
  ).number;
  await registerDataset(world.deps, { actor: "ada", namespace: "kafka://crm", name: "mails", fields: [{ name: "email" }] });
});
afterEach(() => world.close());

const classify = (more: Partial<Parameters<typeof classifyByPattern>[1]> = {}) =>
  classifyByPattern(world.deps, { actor: "grace", fieldPattern: "e*mail", categories: ["user.contact.email"], onlyUnclassified: true, dryRun: false, ...more });
const CUSTOMERS = "dataset:postgres%3A%2F%2Fcrm:public.Customers";
const MAILS = "dataset:kafka%3A%2F%2Fcrm:mails";

test("a preview tells every change and makes none", async () => {
  const before = await digestTables(world.deps.db);
  expect(await classify({ dryRun: true })).toEqual({
    fields: 3, datasets: 2,
    changes: [
      `${MAILS}#email: unclassified → user.contact.email`,
      `${CUSTOMERS}#E_Mail: unclassified → user.contact.email`,
      `${CUSTOMERS}#eXmail: unclassified → user.contact.email`,
    ],
  });
  expect(await digestTables(world.deps.db)).toEqual(before);
});

test("what the preview told is done: fields, datasets, findings, and one entry for each dataset; again it is nothing", async () => {
  const preview = await classify({ dryRun: true });
  expect(await classify()).toEqual(preview);
  expect((await findFields(world.deps.db, [number])).get(number)!.map(({ categories }) => categories)).toEqual([
    ["user.contact.email"], null, ["user.contact"], ["user.contact.email"], [],
  ]);
  const kinds = (await listFindings(world.deps.db, { kinds: FINDING_KINDS, includeSilenced: false, subject: MAILS }, { first: 10 })).edges.map(({ node }) => node.kind);
  expect(kinds.sort()).toEqual(["NO_SERVICE", "UNPROVEN_ENDPOINT"]);
  const entries = async () => (await auditTrail(world.deps)).filter(({ action }) => action === "catalog.classify-by-pattern");
  expect((await entries()).map(({ object }) => object).sort()).toEqual([MAILS, CUSTOMERS].sort());
  expect(await classify()).toEqual({ fields: 0, datasets: 0, changes: [] });
  expect(await entries()).toHaveLength(2);
});

test.each<[string, Parameters<typeof classify>[0], string[]]>([
  ["the type", { typePattern: "varchar*" }, ["E_Mail"]],
  ["the namespace", { namespacePrefix: "kafka://" }, ["email"]],
  ["the namespace in another spelling", { namespacePrefix: "PostgreSQL://CRM", fieldPattern: "e_mail" }, ["E_Mail"]],
  ["the dataset's name, in any case", { namePrefix: "PUBLIC.cust" }, ["E_Mail", "eXmail"]],
  ["the service", { service: "service:crm" }, ["E_Mail", "eXmail"]],
  ["all fields, classified ones too", { onlyUnclassified: false, service: "crm" }, ["E_Mail", "email", "eXmail"]],
  ["a pattern of * alone", { fieldPattern: "*", service: "crm" }, ["E_Mail", "email_hash", "eXmail"]],
  ["a pattern with marks of SQL and of regular expressions", { fieldPattern: "e.mail" }, []],
  ["a pattern in whose middle something stands", { fieldPattern: "*mail*hash*" }, ["email_hash"]],
])("%s narrows it", async (_, more, fields) => {
  const { changes } = await classify({ dryRun: true, ...more });
  expect(changes.map((line) => /#(.*?):/.exec(line)![1])).toEqual(fields);
});

test("what is declared not personal reads so", async () => {
  expect((await classify({ categories: [], fieldPattern: "email", onlyUnclassified: false })).changes).toEqual([
    `${MAILS}#email: unclassified → not personal`, `${CUSTOMERS}#email: user.contact → not personal`,
  ]);
});

test("at most 10,000 datasets are classified at once, and of a thousand changes the lines are shown", async () => {
  const datasets = (count: number) => Array.from({ length: count }, (_, index) => ({ namespace: "many", name: `${index}`, fields: [{ name: "e_mail" }] }));
  const load = (count: number) =>
    importDescriptors(world.deps, { actor: "ada", source: "s", format: "CADASTRE", document: JSON.stringify({ datasets: datasets(count) }), dryRun: false });
  expect((await load(10_000)).errors).toEqual([]);
  const report = await classify({ namespacePrefix: "many" });
  expect(report).toMatchObject({ fields: 10_000, datasets: 10_000 });
  expect(report.changes).toHaveLength(1000);
  await load(10_001);
  const all = { namespacePrefix: "many", onlyUnclassified: false, categories: [] };
  await expect(classify(all)).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringMatching(/more than 10000 datasets/) as string });
}, 60_000);

test.each<[string, Parameters<typeof classify>[0], RegExp]>([
  ["without a pattern", { fieldPattern: "" }, /^fieldPattern: must not be empty/],
  ["of a pattern that hides something", { fieldPattern: "e\u200bmail" }, /^fieldPattern: .*U\+200B/],
  ["of a category that is none", { categories: ["user..email"] }, /^categories\[0\]: must be a dotted/],
  ["of a service that is none", { service: "CRM!" }, /^service: must match/],
])("a classification %s is refused", async (_, more, reason) => {
  await expect(classify(more)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(reason) as string });
});
