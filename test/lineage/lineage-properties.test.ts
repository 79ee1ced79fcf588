import fc from "fast-check";
import { warmGraph } from "../../src/lineage/storage/flow-graph-queries";
import { type ReadLineage, readLineage } from "../../src/lineage/use-cases/read-lineage";
import { readPaths } from "../../src/lineage/use-cases/read-paths";
import type { Reader } from "../../src/platform/database/sql";
import { setup, type World } from "../support/setup";
import {
  coldReader, emptyGraphs, idOf, jobIdOf, type PlainFlow, sqlReader, writeDatasets, writeFieldNodes, writeFlows, writeIdentities, writeJobs,
} from "./lineage-world";
import { naiveLineage, naivePaths, type NaiveWorld } from "./naive-lineage";

let world: World;
beforeAll(async () => void (world = await setup()));
afterAll(() => world.close());

const RUNS = { numRuns: 40, endOnFailure: true };
const DATASETS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const JOBS = [11, 12];
/** Stands between many inputs and many outputs. */
const HUB = 13;
const instant = (day: number): string => new Date(Date.UTC(2026, 0, day)).toISOString();

const span = fc.record({ since: fc.integer({ min: 1, max: 6 }), length: fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 4 })) }).map(({ since, length }) => ({
  since: instant(since),
  until: length === Infinity ? "infinity" : instant(since + length),
}));
const dataset = fc.constantFrom(...DATASETS);
const ordinary = fc.record({
  ends: fc.record({ from: dataset, to: dataset }), job: fc.constantFrom(0, ...JOBS), provenance: fc.constantFrom("RUN" as const, "COLUMN" as const, "EXPLICIT" as const), masking: fc.boolean(), span,
}).map(({ ends, span: valid, ...rest }): PlainFlow => ({ ...ends, ...rest, ...valid }));
const throughHub = fc.record({ other: dataset, into: fc.boolean(), span }).map(({ other, into, span: valid }): PlainFlow => ({
  ...(into ? { from: other, to: HUB, passages: 2 } : { from: HUB, to: other, passages: 1 }), job: HUB, provenance: "RUN", masking: false, ...valid,
}));
const keyOf = ({ from, to, job, provenance, until }: PlainFlow): string => JSON.stringify([from, to, job, provenance, until]);
const flows = fc.tuple(fc.uniqueArray(ordinary, { selector: keyOf, maxLength: 16 }), fc.uniqueArray(throughHub, { selector: keyOf, maxLength: 6 })).map((parts) => parts.flat());
/** Other names of some datasets; roots are the first three. */
const identities = fc.dictionary(fc.constantFrom("7", "8", "9"), fc.constantFrom(1, 2, 3)).map((roots) => new Map(Object.entries(roots).map(([number, root]) => [Number(number), root])));
const question = fc.record({
  direction: fc.constantFrom("UPSTREAM" as const, "DOWNSTREAM" as const, "BOTH" as const),
  depth: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(100)),
  first: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(1000)),
  includeJobs: fc.boolean(),
  asOf: fc.option(fc.integer({ min: 1, max: 8 }).map((day) => new Date(instant(day)))),
});

/** A reader with the whole table in memory, and one that has to ask the database. */
async function bothReaders(table: "flows" | "field_flows"): Promise<readonly Reader[]> {
  const warm = coldReader(world.deps.db);
  await warmGraph(warm, table);
  return [warm, sqlReader(world.deps.db)];
}

interface Drawn {
  readonly nodes: unknown[];
  readonly edges: string[];
  readonly truncatedAt: readonly string[];
}
async function drawn(reader: Reader, query: ReadLineage): Promise<Drawn> {
  const { nodes, edges, truncatedAt } = await readLineage(reader, query);
  return {
    nodes: nodes.map(({ id, depth }) => [id, depth]),
    edges: edges
      .map((edge) => `${edge.from} ${edge.to} ${edge.job} ${edge.masking} ${edge.validFrom.toISOString()} ${edge.validTo?.toISOString() ?? null} ${edge.provenance.join()}`)
      .sort(),
    truncatedAt,
  };
}

/** Flows that hold; those from a node to itself are left out. */
const between = (rows: readonly PlainFlow[], asOf: Date | null, idIn: (number: number) => string): NaiveWorld["flows"] =>
  holding(rows, asOf, idIn).filter(({ from, to }) => from !== to);

function holding(rows: readonly PlainFlow[], asOf: Date | null, idIn: (number: number) => string): NaiveWorld["flows"] {
  const at = (text: string): number => (text === "infinity" ? Infinity : Date.parse(text));
  const now = world.clock.now().getTime();
  return rows
    .map((row) => ({
      from: idIn(row.from), to: idIn(row.to), job: row.job ? jobIdOf(row.job) : null,
      provenance: row.provenance!, masking: row.masking ?? false, since: at(row.since!), until: at(row.until!),
    }))
    .filter(({ since, until }) => (asOf === null ? until > now && since < until : since <= asOf.getTime() && asOf.getTime() < until));
}

const numberIn = (id: string): number => Number(/\d+/.exec(id)![0]);

async function writeWorld(rows: readonly PlainFlow[], roots: ReadonlyMap<number, number>): Promise<void> {
  await emptyGraphs(world.deps);
  await writeDatasets(world.deps, DATASETS);
  await writeJobs(world.deps, [...JOBS, HUB]);
  await writeFlows(world.deps, rows);
  await writeIdentities(world.deps, [...roots].map(([number, root]) => ({ number, root })));
}

const idIn = (roots: ReadonlyMap<number, number>) => (number: number): string => (number > 9 ? jobIdOf(number) : idOf(roots.get(number) ?? number));

test("lineage of datasets and jobs is what its definition says, from memory and from SQL", async () => {
  await fc.assert(
    fc.asyncProperty(flows, identities, fc.array(fc.tuple(question, fc.constantFrom(...DATASETS, ...JOBS, HUB)), { minLength: 4, maxLength: 4 }), async (rows, roots, questions) => {
      await writeWorld(rows, roots);
      const readers = await bothReaders("flows");
      for (const [query, of] of questions) {
        const isJob = of > 9;
        const flowsOfJob = isJob ? holding(rows, query.asOf, idIn(roots)).filter(({ job }) => job === jobIdOf(of)) : [];
        const expected = naiveLineage(
          { flows: between(rows, query.asOf, idIn(roots)), passages: new Set([jobIdOf(HUB)]) },
          { ...query, starts: isJob ? [] : [idIn(roots)(of)], job: isJob ? jobIdOf(of) : null, flowsOfJob, order: numberIn },
        );
        for (const reader of readers) {
          expect(await drawn(reader, { ...query, level: "DATASET", of: isJob ? jobIdOf(of) : idOf(of) })).toEqual(expected);
        }
      }
    }),
    RUNS,
  );
});

test("paths are all there are, the shortest first", async () => {
  await fc.assert(
    fc.asyncProperty(flows, identities, dataset, dataset, fc.integer({ min: 1, max: 12 }), async (rows, roots, from, to, first) => {
      await writeWorld(rows, roots);
      const all = naivePaths({ flows: between(rows, null, idIn(roots)), passages: new Set([jobIdOf(HUB)]) }, idIn(roots)(from), idIn(roots)(to), numberIn);
      for (const reader of await bothReaders("flows")) {
        const ask = (mode: "SHORTEST" | "ALL") => readPaths(reader, { from: idOf(from), to: idOf(to), mode, first });
        expect(await ask("ALL")).toEqual(all.slice(0, first));
        expect(await ask("SHORTEST")).toEqual(all.filter(({ length }) => length === all[0]!.length).slice(0, first));
      }
    }),
    RUNS,
  );
});

/** Nodes 3 d - 2, 3 d - 1, 3 d of dataset d: the whole, field a, field b. */
const FIELD_NAMES = ["", "a", "b"];
const nodeOf = (number: number, name: string): number => 3 * (number - 1) + FIELD_NAMES.indexOf(name) + 1;
const FIELD_DATASETS = [1, 2, 3, 4, 5];
const place = fc.tuple(fc.constantFrom(...FIELD_DATASETS), fc.constantFrom("a", "b"));
const link = fc.record({ from: place, to: fc.tuple(fc.constantFrom(...FIELD_DATASETS), fc.constantFrom("a", "b", "")), job: fc.constantFrom(0, ...JOBS), masking: fc.boolean(), span })
  .map(({ from, to, span: valid, ...rest }): PlainFlow => ({ from: nodeOf(...from), to: nodeOf(...to), passages: to[1] === "" ? 2 : 0, provenance: "COLUMN", ...rest, ...valid }));
const fieldFlows = fc.uniqueArray(link, { selector: keyOf, maxLength: 12 });
const within = FIELD_DATASETS.flatMap((number) => ["a", "b"].map((name): PlainFlow => ({
  from: nodeOf(number, ""), to: nodeOf(number, name), job: 0, passages: 1, provenance: "WITHIN", since: instant(1), until: "infinity",
})));

test("lineage and paths of fields are what their definition says, from memory and from SQL", async () => {
  const names = fc.dictionary(fc.constantFrom("4", "5"), fc.constantFrom(1, 2)).map((roots) => new Map(Object.entries(roots).map(([number, root]) => [Number(number), root])));
  await fc.assert(
    fc.asyncProperty(fieldFlows, names, fc.array(fc.tuple(question, place, fc.boolean()), { minLength: 4, maxLength: 4 }), async (links, roots, questions) => {
      await emptyGraphs(world.deps);
      await writeDatasets(world.deps, FIELD_DATASETS);
      await writeJobs(world.deps, JOBS);
      await writeFieldNodes(world.deps, FIELD_DATASETS.flatMap((number) => FIELD_NAMES.map((name) => [nodeOf(number, name), number, name] as const)));
      await writeIdentities(world.deps, [...roots].map(([number, root]) => ({ number, root })));
      const rows = [...within, ...links];
      await writeFlows(world.deps, rows, "field_flows");
      const fieldIn = (number: number): string => {
        const [owner, name] = [Math.ceil(number / 3), FIELD_NAMES[(number - 1) % 3]!];
        return idOf(roots.get(owner) ?? owner) + (name === "" ? "" : `#${name}`);
      };
      const order = (id: string): number => {
        const [owner = "", name = ""] = id.split("#");
        // Jobs go by their numbers negated.
        return id.startsWith("job:") ? -numberIn(id) : nodeOf(numberIn(owner), name);
      };
      const passages = new Set(FIELD_DATASETS.map(idOf));
      const readers = await bothReaders("field_flows");
      for (const [query, [owner, name], whole] of questions) {
        const id = fieldIn(nodeOf(owner, name));
        const starts = whole ? ["a", "b"].map((each) => fieldIn(nodeOf(owner, each))) : [id];
        const flowsThen = { flows: between(rows, query.asOf, fieldIn), passages };
        const expected = naiveLineage(flowsThen, { ...query, starts, job: null, flowsOfJob: [], order });
        const paths = naivePaths({ ...flowsThen, flows: between(rows, null, fieldIn) }, id, fieldIn(nodeOf(3, "a")), order);
        for (const reader of readers) {
          expect(await drawn(reader, { ...query, level: "FIELD", of: whole ? idOf(owner) : id })).toEqual(expected);
          expect(await readPaths(reader, { from: id, to: `${idOf(3)}#a`, mode: "ALL", first: 1000 })).toEqual(paths);
        }
      }
    }),
    RUNS,
  );
});
