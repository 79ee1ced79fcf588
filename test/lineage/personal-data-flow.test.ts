import { flowWorld, type FlowWorld, idOf } from "./flow-world";

let world: FlowWorld;
interface Graph {
  readonly nodes: readonly { id: string; depth: number }[];
  readonly edges: readonly { from: string; to: string; job: string | null; provenance: string[]; validTo: string | null }[];
  readonly truncatedAt: readonly string[];
  readonly leaving: readonly string[];
}
const QUERY = `query ($from: ID!, $category: String, $first: Int) {
  personalDataFlow(from: $from, category: $category, first: $first) { nodes { id depth } edges { from to job provenance validTo } truncatedAt leaving }
}`;
const ask = async (from: string, variables: Record<string, unknown> = {}): Promise<Graph> =>
  (await world.ask<{ personalDataFlow: Graph }>(QUERY, { from, ...variables }, "reader")).personalDataFlow;
/** `depth name` or `depth name#field`, without what all ids have in common. */
const flow = async (from: string, variables: Record<string, unknown> = {}): Promise<string[]> =>
  (await ask(from, variables)).nodes.map(({ id, depth }) => `${depth} ${id.replace(idOf(""), "")}`);
const edges = async (from: string): Promise<string[]> =>
  (await ask(from)).edges.map(({ from: one, to, provenance }) => `${one} > ${to} ${provenance}`.replaceAll(idOf(""), "")).sort();

const MAIL = { name: "mail", categories: ["user.contact.email"] };
const SUM = { name: "sum", categories: [] };
const UNKNOWN = { name: "note", categories: null };
/** Told field by field, as producers of column lineage do. */
const told = async (from: string, to: string, links: [string, string, object?][]): Promise<void> => {
  await world.shown(from, to, { provenance: "COLUMN", columns: true });
  for (const [one, other, more] of links) await world.fieldFlow(await world.field(from, one), await world.field(to, other), more);
};
const datasets = async (...names: string[]): Promise<void> => {
  for (const name of names) await world.dataset(name);
};

beforeAll(async () => {
  world = await flowWorld();
});
afterAll(() => world.close());

test("follows only the fields that carry it, through three hops, and stops where it is masked", async () => {
  await world.dataset("crm", { fields: [MAIL, SUM] });
  await datasets("staged", "mart", "report", "board");
  await told("crm", "staged", [["mail", "address"], ["sum", "total"]]);
  await told("staged", "mart", [["address", "contact"], ["address", "hash", { masking: true }], ["total", "total"]]);
  await told("mart", "report", [["contact", "to"], ["hash", "key"], ["total", "total"]]);
  await told("report", "board", [["to", "digest", { masking: true }], ["key", "key"], ["total", "total"]]);
  expect(await flow(idOf("crm"))).toEqual(["0 crm", "0 crm#mail", "1 staged", "1 staged#address", "2 mart", "2 mart#contact", "3 report", "3 report#to"]);
  expect(await edges(idOf("crm"))).toEqual([
    "crm > staged COLUMN", "crm#mail > staged#address COLUMN", "mart > report COLUMN", "mart#contact > report#to COLUMN", "staged > mart COLUMN", "staged#address > mart#contact COLUMN",
  ]);
});

test("begins at the fields of a category and of narrower ones, or at personal and unclassified ones", async () => {
  await world.dataset("people", { fields: [MAIL, { name: "name", categories: ["user.name"] }, SUM, UNKNOWN] });
  await datasets("copied");
  await told("people", "copied", [["mail", "m"], ["name", "n"], ["sum", "s"], ["note", "o"]]);
  const carried = async (category?: string): Promise<string[]> => (await flow(idOf("people"), { category })).filter((node) => node.startsWith("1 copied#"));
  expect(await carried()).toEqual(["1 copied#m", "1 copied#n", "1 copied#o"]);
  expect(await carried("user.contact")).toEqual(["1 copied#m"]);
  expect(await carried("user")).toEqual(["1 copied#m", "1 copied#n"]);
  expect(await flow(idOf("people"), { category: "user.cont" })).toEqual(["0 people"]);
});

test("an influence carries nothing", async () => {
  await world.dataset("filter", { fields: [MAIL] });
  await datasets("filtered");
  await told("filter", "filtered", [["mail", "rows", { indirect: true }]]);
  expect(await flow(idOf("filter"))).toEqual(["0 filter", "0 filter#mail"]);
});

test("what is not told field by field carries all, to the whole of the next dataset and on from any of its fields", async () => {
  await world.dataset("source", { fields: [MAIL] });
  await datasets("lump", "fine", "coarse", "wholly-masked");
  await world.shown("source", "lump");
  await told("lump", "fine", [["anything", "a"], ["else", "b"], ["hashed", "c", { masking: true }]]);
  await world.shown("fine", "coarse", { provenance: "DECLARED" });
  await world.shown("lump", "wholly-masked", { provenance: "EXPLICIT", masking: true });
  expect(await flow(idOf("source"))).toEqual(["0 source", "0 source#mail", "1 lump", "2 fine", "2 fine#a", "2 fine#b", "3 coarse"]);
});

test("a field that flows into a whole dataset may be in any of its fields", async () => {
  await world.dataset("field-source", { fields: [MAIL] });
  await datasets("whole", "behind");
  await world.shown("field-source", "whole", { provenance: "COLUMN", columns: true });
  const [whole, part] = [await world.field("whole", ""), await world.field("whole", "part")];
  await world.fieldFlow(await world.field("field-source", "mail"), whole, { passages: 2 });
  await world.fieldFlow(whole, part, { provenance: "WITHIN", passages: 1 });
  await told("whole", "behind", [["part", "p"]]);
  expect(await flow(idOf("field-source"))).toEqual(["0 field-source", "0 field-source#mail", "1 whole", "2 behind", "2 behind#p"]);
});

test("a dataset without known fields is begun at as a whole, an entity at all its datasets", async () => {
  await world.did("registerEntity", { key: "customer", name: "Customer" });
  await world.dataset("opaque", { entities: ["customer"] });
  await world.dataset("plain", { entities: ["customer"], fields: [SUM] });
  await datasets("from-opaque", "from-plain");
  await world.shown("opaque", "from-opaque");
  await world.shown("plain", "from-plain");
  expect(await flow("entity:customer")).toEqual(["0 opaque", "0 plain", "1 from-opaque"]);
});

test("passes through jobs with very many inputs and outputs, which are shown", async () => {
  await datasets("wide-in", "wide-out", "after");
  const job = await world.job("wide");
  await world.shown("wide-in", job, { job, passages: 2 });
  await world.shown(job, "wide-out", { job, passages: 1 });
  await world.shown("wide-out", "after");
  expect(await flow(idOf("wide-in"))).toEqual(["0 wide-in", "1 wide-out", "1 job:jobs:wide", "2 after"]);
});

test("stops at what is attested anonymous, and at flows that have ended", async () => {
  await datasets("live", "sums", "leak", "former");
  await world.shown("live", "sums");
  await world.shown("sums", "leak");
  await world.shown("live", "former", { until: "2026-02-01" });
  await world.attest("sums");
  expect(await flow(idOf("live"))).toEqual(["0 live"]);
  expect(await flow(idOf("sums"))).toEqual(["0 sums"]);
});

test("lists the services outside the company behind the datasets that they host", async () => {
  for (const key of ["mailer", "partner", "inside", "former-processor"]) await world.did("registerService", { key, name: key });
  await world.did("registerEntity", { key: "lead", name: "Lead" });
  const assign = (service: string, role: string, more: object = {}) => world.did("assignOwnership", { entity: "lead", service, role, validFrom: "2026-01-01T00:00:00Z", ...more });
  await assign("mailer", "PROCESSOR");
  await assign("partner", "RECIPIENT");
  await assign("inside", "READER");
  await assign("former-processor", "PROCESSOR", { validTo: "2026-02-01T00:00:00Z" });
  await world.dataset("leads", { fields: [MAIL] });
  for (const service of ["mailer", "partner", "inside", "former-processor"]) await world.dataset(`at-${service}`, { service });
  await world.shown("leads", "at-mailer");
  await world.shown("leads", "at-inside");
  await world.shown("at-inside", "at-partner");
  await world.shown("leads", "at-former-processor");
  const graph = await ask(idOf("leads"));
  expect(graph.leaving).toEqual(["service:mailer", "service:partner"]);
  expect(graph.nodes.filter(({ id }) => id.startsWith("service:"))).toEqual([{ id: "service:mailer", depth: 2 }, { id: "service:partner", depth: 3 }]);
  expect(graph.edges.filter(({ to }) => to.startsWith("service:")).map(({ from, to }) => [from, to])).toEqual([
    [idOf("at-mailer"), "service:mailer"], [idOf("at-partner"), "service:partner"],
  ]);
  const cut = await ask(idOf("leads"), { first: 1 });
  expect(cut.nodes.map(({ id }) => id)).toEqual([idOf("leads"), `${idOf("leads")}#mail`, idOf("at-mailer")]);
  expect(cut.truncatedAt).toEqual([idOf("leads"), `${idOf("leads")}#mail`, idOf("at-mailer")]);
  expect(cut.leaving).toEqual(["service:mailer", "service:partner"]);
});

test("whatever is cut is the end of the whole", async () => {
  await world.dataset("root", { fields: [MAIL] });
  for (const name of ["left", "right", "both"]) await world.dataset(name, { service: "mailer" });
  await told("root", "left", [["mail", "a"], ["mail", "b"]]);
  await told("root", "both", [["mail", "c"]]);
  await told("left", "right", [["a", "a"]]);
  await world.shown("left", "both");
  await world.shown("both", "right");
  const whole = await ask(idOf("root"));
  expect(whole.nodes.length).toBeGreaterThan(8);
  for (let first = 0; first <= whole.nodes.length; first += 1) {
    const { nodes, edges: drawn, truncatedAt } = await ask(idOf("root"), { first });
    const shown = new Set(nodes.map(({ id }) => id));
    expect(nodes).toEqual(whole.nodes.slice(0, first + 2));
    expect(new Set(drawn)).toEqual(new Set(whole.edges.filter(({ from, to }) => shown.has(from) && shown.has(to))));
    expect(new Set(truncatedAt)).toEqual(new Set(whole.edges.filter(({ from, to }) => shown.has(from) && !shown.has(to)).map(({ from }) => from)));
  }
});

test("names of one dataset are one, with the fields of both", async () => {
  await world.dataset("begin", { fields: [MAIL] });
  await datasets("known-as", "name-of", "end");
  await told("begin", "known-as", [["mail", "m"]]);
  await told("name-of", "end", [["m", "x"]]);
  await world.merge("known-as", "name-of");
  expect(await flow(idOf("begin"))).toEqual(["0 begin", "0 begin#mail", "1 name-of", "1 name-of#m", "2 end", "2 end#x"]);
});

test("refuses what is not known, and what has no fields", async () => {
  await expect(flow(idOf("nothing"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(flow("service:mailer")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});
