import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Client } from "pg";
import { scratch } from "../support/scratch";
import { createEmptyDatabase, type TestDatabase } from "../support/test-database";

const ROOT = join(__dirname, "../..");
const files = scratch();
let database: TestDatabase;
let name: string;

beforeAll(async () => {
  database = await createEmptyDatabase();
  name = new URL(database.url).pathname.slice(1);
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    create table invoices (customer_id text, note text);
    insert into invoices values ('c-1', null), ('c-1', 'paid'), ('c-2', null);
    create schema attic;
    create table attic."Old notes" (id integer, remembered jsonb, tags text[]);
    insert into attic."Old notes" values (1, '{"who": ["ADA@example.com"]}', null), (2, null, '{x,ada@example.com}'), (3, '{}', null)`);
  await client.end();
});
afterAll(async () => {
  files.remove();
  await database.drop();
});

/** What the program printed and how it ended, sent to look for these texts. */
async function look(knownBy: readonly string[], retained?: Record<string, number[]>) {
  const certificate = files.path("certificate.json");
  const datasets = Object.entries(retained ?? {}).map(([table, counts]) => ({
    dataset: `dataset:postgres%3A%2F%2Fshop:${encodeURIComponent(`${name}.${table}`)}`,
    parts: [...counts.map((count) => ({ outcome: "RETAINED", count })), { outcome: "ERASED", count: 7 }],
  }));
  writeFileSync(certificate, JSON.stringify({ payload: { datasets } }));
  const program = ["--require", "./scripts/swc-register.cjs", "examples/shop/independent-look.ts"];
  const child = spawn(process.execPath, [...program, ...(retained ? [certificate] : [])], { cwd: ROOT });
  child.stdin.end(JSON.stringify({ databases: [database.url], knownBy }));
  const code = new Promise((resolve) => child.once("close", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, found: out.replaceAll(`${name}.`, "").split("\n").filter(Boolean), err };
}

it("finds a person in every table of every schema, in any case and inside any type, and counts each row once", async () => {
  expect(await look(["c-1", "ada@example.com"])).toEqual({ code: 0, found: ["2 attic.Old notes", "2 public.invoices"], err: "" });
});

it("finds nobody else", async () => {
  expect(await look(["nobody@example.com"])).toMatchObject({ code: 0, found: [] });
});

it("refuses to look for nothing, which is everywhere", async () => {
  expect(await look([])).toMatchObject({ code: 2 });
  expect(await look(["c-1", ""])).toMatchObject({ code: 2 });
});

it("agrees with a certificate that retains exactly what is there", async () => {
  expect(await look(["c-1"], { "public.invoices": [1, 1], "public.orders": [] })).toMatchObject({ code: 0 });
});

it.each<[string, Record<string, number[]>]>([
  ["more than is there", { "public.invoices": [3] }],
  ["less than is there", { "public.invoices": [1] }],
  ["nothing", {}],
  ["something where there is nothing", { "public.invoices": [2], "public.orders": [1] }],
])("disagrees with a certificate that retains %s", async (_what, retained) => {
  const { code, err } = await look(["c-1"], retained);
  expect(code).toBe(1);
  expect(err).toContain("the certificate says");
});
