import { eventOf, ingestWorld, type IngestWorld } from "./support/ingest-world";

let world: IngestWorld;
beforeEach(async () => void (world = await ingestWorld()));
afterEach(() => world.close());

const MIB = 1024 * 1024;
const place = (name: string, facets: object = {}) => ({ namespace: "kafka://shop", name, facets });
const count = async (table: "fields" | "flows" | "custody_flows"): Promise<number> => {
  const [row] = await world.deps.db.query<{ rows: number }>(`count_${table}`, `select count(*)::integer as rows from ${table}`);
  return row?.rows ?? 0;
};

test("an event of 16 MB is taken, and what it carries is kept", async () => {
  const facets = { custom: { texts: Array.from({ length: 16 }, () => "ä".repeat(MIB / 2)) } };
  expect(await world.send(eventOf("large", { outputs: [place("out", facets)] }))).toMatchObject({ status: 201 });
  const kept = await world.deps.db.query<{ bytes: number }>("keptBytes", "select octet_length(facet::text) as bytes from kept_facets where name = 'custom'");
  expect(kept[0]?.bytes).toBeGreaterThan(16 * MIB);
});

test("a schema of 100,000 columns is taken", async () => {
  const fields = Array.from({ length: 100_000 }, (_, index) => ({ name: `column_${index}`, type: "text" }));
  expect(await world.send(eventOf("wide", { outputs: [place("wide", { schema: { fields } })] }))).toMatchObject({ status: 201 });
  expect(await count("fields")).toBe(100_000);
});

test("a run of 10,000 inputs and 10,000 outputs is taken, and never written down pair by pair", async () => {
  const many = (kind: string) => Array.from({ length: 10_000 }, (_, index) => place(`${kind}-${index}`));
  expect(await world.send(eventOf("hub", { inputs: many("in"), outputs: many("out") }))).toMatchObject({ status: 201 });
  expect([await count("flows"), await count("custody_flows")]).toEqual([20_000, 20_000]);
});

test("names with every separator, in every script, are taken and found again", async () => {
  const names = ["a:b#c/d\\e%2Ff?g=h&i", "データ.表", "😀", "a b\tc\nd", "'; drop table datasets; --", "‮rtl", "{\"json\":[1]}", "(1,2)", "\\x00", "NULL"];
  expect(await world.send(eventOf("names", { inputs: [], outputs: names.map((name) => place(name)) }))).toMatchObject({ status: 201 });
  const rows = await world.deps.db.query<{ name: string }>("namesTaken", "select name from datasets where namespace = 'kafka://shop' order by id");
  expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test("events dated 1900 and 3000, late, twice, without a zone and with nanoseconds are taken", async () => {
  const times = ["1900-01-01T00:00:00Z", "3000-12-31T23:59:59Z", "2025-01-01T00:00:00", "2026-03-02T08:00:00.123456789Z", "2026-03-02T08:00:00.123456789Z"];
  for (const eventTime of times) expect(await world.send(eventOf("timed", { eventTime }))).toMatchObject({ status: 201 });
  expect(await count("flows")).toBe(1);
});

test("of a facet everything is returned as it came, whatever is in it", async () => {
  const custom = { "a\tb": ["\u0001", "\\u0000", 1e300, -0.5, null, true, { "": {} }], deep: { "ключ": "значение" } };
  await world.send(eventOf("facets", { outputs: [place("out", { custom })] }));
  const [kept] = await world.deps.db.query<{ facet: unknown }>("keptCustom", "select facet from kept_facets where name = 'custom'");
  expect(kept?.facet).toEqual(custom);
});
