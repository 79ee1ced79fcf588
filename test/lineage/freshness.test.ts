import { Client } from "pg";
import type { FlowGraph, FlowTable } from "../../src/lineage/graph/flow-graph";
import { TableGraph } from "../../src/lineage/storage/table-graph";
import { openGraph, warmGraph } from "../../src/lineage/storage/flow-graph-queries";
import { readLineage } from "../../src/lineage/use-cases/read-lineage";
import type { Reader } from "../../src/platform/database/sql";
import { waitFor } from "../support/wait-for";
import { setup, type World } from "../support/setup";
import { coldReader, emptyGraphs, idOf, writeDatasets, writeFieldNodes, writeFlows, writeIdentities } from "./lineage-world";

let world: World;
let other: Client;
beforeAll(async () => {
  world = await setup();
  other = new Client({ connectionString: world.databaseUrl });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await world.close();
});
beforeEach(async () => {
  await emptyGraphs(world.deps);
  await writeDatasets(world.deps, [1, 2, 3, 4, 5]);
});

/** A reader that has the table in memory, and the names of the statements that it runs. */
async function warmReader(table: FlowTable = "flows"): Promise<{ reader: Reader; statements: string[] }> {
  const statements: string[] = [];
  const reader: Reader = { ...world.deps.db, query: (name, text, values) => (statements.push(name), world.deps.db.query(name, text, values)) };
  await warmGraph(reader, table);
  statements.length = 0;
  return { reader, statements };
}

function targets(graph: FlowGraph, node: number): number[] {
  const found: number[] = [];
  graph.eachFlow(node, "OUT", (_, far) => void found.push(far));
  return found.sort();
}
const open = (reader: Reader, table: FlowTable = "flows") => openGraph(reader, { table, from: [1], sides: ["OUT"] });

test("a query sees what another process has written before, by one statement", async () => {
  const { reader, statements } = await warmReader();
  expect(targets(await open(reader), 1)).toEqual([]);
  await other.query("insert into flows (from_id, to_id, provenance, valid_from, changed_by) values (1, 2, 'RUN', '2026-01-01', pg_current_xact_id())");
  const graph = await open(reader);
  expect(targets(graph, 1)).toEqual([2]);
  await other.query("update flows set valid_to = '2026-01-05', changed_by = pg_current_xact_id()");
  await open(reader);
  graph.eachFlow(1, "OUT", (flow) => expect(graph.until(flow)).toBe(Date.parse("2026-01-05T00:00:00Z")));
  expect(statements).toEqual(["readNewFlows_flows", "readNewFlows_flows", "readNewFlows_flows"]);
});

test("what an old transaction commits late is seen, however much was committed and looked at since it began", async () => {
  const { reader } = await warmReader();
  await other.query("begin");
  await other.query("insert into flows (from_id, to_id, provenance, valid_from, changed_by) values (1, 2, 'RUN', '2026-01-01', pg_current_xact_id())");
  for (const to of [3, 4]) {
    await writeFlows(world.deps, [{ from: 1, to }]);
    expect(targets(await open(reader), 1)).not.toContain(2);
  }
  await other.query("commit");
  expect(targets(await open(reader), 1)).toEqual([2, 3, 4]);
});

test("what is written while the graph is built is in it once it answers", async () => {
  await writeFlows(world.deps, [{ from: 1, to: 2 }]);
  const reader = coldReader(world.deps.db);
  const slow: Reader = {
    ...reader,
    query: async (name, text, values) => {
      const rows = await reader.query<never>(name, text, values);
      // Behind the range of ids that is being read.
      if (name === "startGraph_flows") await writeFlows(world.deps, [{ from: 1, to: 3 }]);
      return rows;
    },
  };
  await warmGraph(slow, "flows");
  expect(targets(await open(slow), 1)).toEqual([2, 3]);
});

test("who asks while a look is under way does not share it, and those who wait share the next", async () => {
  const { reader } = await warmReader();
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const looks: string[] = [];
  const slow: Reader = {
    ...reader,
    query: async (name, text, values) => {
      const rows = await reader.query<never>(name, text, values);
      if (name.startsWith("readNew") && looks.push(name) === 1) await held;
      return rows;
    },
  };
  await warmGraph(slow, "flows");
  const early = open(slow);
  await waitFor(() => looks.length === 1);
  await writeFlows(world.deps, [{ from: 1, to: 5 }]);
  const late = [open(slow), open(slow)];
  release();
  await early;
  for (const graph of await Promise.all(late)) expect(targets(graph, 1)).toEqual([5]);
  expect(looks).toHaveLength(2);
});

test("merging and taking apart is seen, and nothing of the flows is lost by it", async () => {
  await writeFlows(world.deps, [{ from: 1, to: 2 }, { from: 3, to: 4 }, { from: 3, to: 1 }]);
  const { reader } = await warmReader();
  await writeIdentities(world.deps, [{ number: 3, root: 1 }]);
  const merged = await open(reader);
  expect([merged.root(3), targets(merged, 1)]).toEqual([1, [2, 4]]);
  await writeIdentities(world.deps, [{ number: 3, root: 3 }]);
  const apart = await open(reader);
  expect([apart.root(3), targets(apart, 1), targets(apart, 3)]).toEqual([3, [2], [1, 4]]);
});

test("fields of one name are one node while their datasets are one, also those that turn up later", async () => {
  await writeFieldNodes(world.deps, [[1, 1, "a"], [2, 2, "a"], [3, 3, "b"]]);
  await writeFlows(world.deps, [{ from: 2, to: 3, provenance: "COLUMN" }], "field_flows");
  const { reader } = await warmReader("field_flows");
  await writeIdentities(world.deps, [{ number: 2, root: 1 }]);
  const merged = await open(reader, "field_flows");
  expect([merged.root(2), targets(merged, 1)]).toEqual([1, [3]]);
  await writeFieldNodes(world.deps, [[4, 1, "b"], [5, 2, "b"]]);
  await writeFlows(world.deps, [{ from: 5, to: 3, provenance: "COLUMN" }, { from: 3, to: 4, provenance: "COLUMN" }], "field_flows");
  const grown = await open(reader, "field_flows");
  expect([grown.root(5), targets(grown, 4), targets(grown, 3)]).toEqual([4, [3], [4]]);
  await writeIdentities(world.deps, [{ number: 2, root: 2 }]);
  const apart = await open(reader, "field_flows");
  expect([apart.root(2), apart.root(5), targets(apart, 1), targets(apart, 2)]).toEqual([2, 5, [], [3]]);
});

test("taken apart, fields are nodes of their own also where the oldest of them leaves", async () => {
  await writeFieldNodes(world.deps, [[1, 2, "a"], [2, 1, "a"], [3, 3, "a"]]);
  const { reader } = await warmReader("field_flows");
  const roots = async (): Promise<number[]> => {
    const graph = await open(reader, "field_flows");
    return [1, 2, 3].map((node) => graph.root(node));
  };
  await writeIdentities(world.deps, [{ number: 2, root: 1 }, { number: 3, root: 1 }]);
  expect(await roots()).toEqual([1, 1, 1]);
  await writeIdentities(world.deps, [{ number: 2, root: 2 }]);
  expect(await roots()).toEqual([1, 2, 2]);
});

test("a transaction sees its own writes, which nobody else does", async () => {
  const { reader } = await warmReader();
  await world.deps.transaction(async (tx) => {
    await tx.execute("testOwnFlow", "insert into flows (from_id, to_id, provenance, valid_from, changed_by) values (1, 2, 'RUN', '2026-01-01', pg_current_xact_id())");
    expect(targets(await open(tx), 1)).toEqual([2]);
    expect(targets(await open(reader), 1)).toEqual([]);
  });
  expect(targets(await open(reader), 1)).toEqual([2]);
});

test("what cannot be built in the background is answered all the same, and built by a later query", async () => {
  await writeFlows(world.deps, [{ from: 1, to: 2 }]);
  let failing = true;
  const names: string[] = [];
  const reader: Reader = {
    ...world.deps.db,
    query: (name, text, values) => {
      names.push(name);
      return failing && name === "startGraph_flows" ? Promise.reject(new Error("no connection")) : world.deps.db.query(name, text, values);
    },
  };
  const ask = () => readLineage(reader, { of: idOf(1), direction: "DOWNSTREAM", level: "DATASET", depth: 3, first: 10, asOf: null, includeJobs: false });
  expect((await ask()).nodes).toHaveLength(2);
  failing = false;
  await waitFor(async () => {
    expect((await ask()).nodes).toHaveLength(2);
    return names.includes("readNewFlows_flows");
  });
});

test("a table for which there is no room is not read into memory", async () => {
  await writeFlows(world.deps, [{ from: 1, to: 2 }, { from: 2, to: 3 }]);
  const [{ last }] = (await world.deps.db.query<{ last: number }>("testLast", "select max(id) as last from flows")) as [{ last: number }];
  expect(await TableGraph.build(world.deps.db, "flows", (flows) => flows < last)).toBeUndefined();
  expect((await TableGraph.build(world.deps.db, "flows", (flows) => flows <= last))?.graph.count).toBe(2);
});
