import fc from "fast-check";
import { warmGraph } from "../../src/lineage/storage/flow-graph-queries";
import { readLineage } from "../../src/lineage/use-cases/read-lineage";
import { setup, type World } from "../support/setup";
import { coldReader, emptyGraphs, idOf, sqlReader, writeDatasets, writeFlows } from "./lineage-world";

let world: World;
beforeAll(async () => {
  world = await setup();
  await world.deps.transaction(async (tx) => {
    await tx.execute("testEntities", "insert into entities (key, name, identifier_types, registered_at) select k, k, '{}', '2026-01-01' from unnest($1::text[]) k", [["x", "y", "z"]]);
    await tx.execute(
      "testServices",
      `insert into services (key, name, executor, public_keys, kinds, timeout_ms, registered_at) select k, k, 'MANUAL', '{}', '{}', 1000, '2026-01-01' from unnest($1::text[]) k`,
      [["x", "y", "z"]],
    );
  });
});
afterAll(() => world.close());

const DATASETS = [1, 2, 3, 4, 5, 6, 7];
type Owned = readonly (readonly [number, readonly string[]])[];

/** Datasets with the entities that they embody; the first of these is the service that hosts them, too. */
async function write(flows: readonly (readonly [number, number])[], owned: Owned): Promise<void> {
  await emptyGraphs(world.deps);
  await writeDatasets(world.deps, DATASETS);
  await writeFlows(world.deps, flows.map(([from, to]) => ({ from, to })));
  const values = [owned.flatMap(([number, keys]) => keys.map(() => number)), owned.flatMap(([, keys]) => keys)];
  await world.deps.transaction(async (tx) => {
    await tx.execute("testEmbody", "insert into dataset_entities (dataset_id, entity_key) select * from unnest($1::integer[], $2::text[])", values);
    await tx.execute("testHost", "update datasets d set service_key = h.key from unnest($1::integer[], $2::text[]) as h (number, key) where d.id = h.number", [
      owned.map(([number]) => number), owned.map(([, [key]]) => key ?? null),
    ]);
  });
}

type Level = "ENTITY" | "SERVICE";

/** Groups next to each other: from a dataset of one into one of another, by way of datasets of none. */
function nextTo(flows: readonly (readonly [number, number])[], groupsOf: (dataset: number) => readonly string[], from: number, seen = new Set<number>()): Set<string> {
  const found = new Set<string>();
  for (const [near, far] of flows) {
    if (near !== from || seen.has(far)) continue;
    if (groupsOf(far).length > 0) for (const group of groupsOf(far)) found.add(group);
    else for (const group of nextTo(flows, groupsOf, far, seen.add(far))) found.add(group);
  }
  return found;
}

function naive(flows: readonly (readonly [number, number])[], owned: Owned, level: Level, of: string, up: boolean, depth: number) {
  const keys = new Map(owned);
  const groupsOf = (dataset: number): readonly string[] => {
    const own = keys.get(dataset) ?? [];
    return (level === "ENTITY" ? own : own.slice(0, 1)).map((key) => `${level.toLowerCase()}:${key}`);
  };
  const groups = ["x", "y", "z"].map((key) => `${level.toLowerCase()}:${key}`);
  const edges = groups.flatMap((from) => {
    const next = new Set(DATASETS.filter((dataset) => groupsOf(dataset).includes(from)).flatMap((dataset) => [...nextTo(flows, groupsOf, dataset)]));
    return [...next].filter((to) => to !== from).map((to) => [from, to] as const);
  });
  const depths = new Map([[of, 0]]);
  for (let at = 0; at < depth; at += 1) {
    for (const [from, to] of edges) {
      const [near, far] = up ? [to, from] : [from, to];
      if (depths.get(near) === at && !depths.has(far)) depths.set(far, at + 1);
    }
  }
  const nodes = [...depths].sort(([one, at], [other, otherAt]) => at - otherAt || (one < other ? -1 : 1));
  return {
    nodes,
    edges: edges.filter((edge) => edge.every((group) => depths.has(group))).map((edge) => edge.join(" ")).sort(),
    truncatedAt: nodes.map(([group]) => group).filter((group) => edges.some(([from, to]) => (up ? to : from) === group && !depths.has(up ? from : to))),
  };
}

const flows = fc.array(fc.tuple(fc.constantFrom(...DATASETS), fc.constantFrom(...DATASETS)), { maxLength: 14 })
  .map((pairs) => [...new Map(pairs.filter(([from, to]) => from !== to).map((pair) => [pair.join(), pair])).values()]);
const owned = fc.uniqueArray(fc.tuple(fc.constantFrom(...DATASETS), fc.subarray(["x", "y", "z"], { minLength: 1 })), { selector: ([number]) => number });

test("entities and services flow into each other as their datasets do, through datasets of none", async () => {
  await fc.assert(
    fc.asyncProperty(flows, owned, fc.constantFrom<Level>("ENTITY", "SERVICE"), fc.boolean(), fc.integer({ min: 1, max: 3 }), async (pairs, owners, level, up, depth) => {
      await write(pairs, owners);
      const warm = coldReader(world.deps.db);
      await warmGraph(warm, "flows");
      const of = `${level.toLowerCase()}:x`;
      for (const reader of [warm, sqlReader(world.deps.db)]) {
        const { nodes, edges, truncatedAt } = await readLineage(reader, { of, level, depth, first: 1000, direction: up ? "UPSTREAM" : "DOWNSTREAM", asOf: null, includeJobs: false });
        const drawn = { nodes: nodes.map(({ id, depth: at }) => [id, at]), edges: edges.map(({ from, to }) => `${from} ${to}`).sort(), truncatedAt };
        expect(drawn).toEqual(naive(pairs, owners, level, of, up, depth));
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
});

test("a dataset's entities are where its lineage by entity begins, and what is cut is said", async () => {
  await write([[1, 2], [2, 3], [3, 4]], [[1, ["x"]], [3, ["y"]], [4, ["z"]]]);
  const ask = (of: string, first: number) => readLineage(world.deps.db, { of, level: "ENTITY", depth: 5, first, direction: "DOWNSTREAM", asOf: null, includeJobs: false });
  expect(await ask(idOf(1), 1)).toMatchObject({ nodes: [{ id: "entity:x", depth: 0 }, { id: "entity:y", depth: 1 }], truncatedAt: ["entity:y"] });
  expect((await ask(idOf(2), 9)).nodes).toEqual([{ id: idOf(2), depth: 0 }, { id: "entity:y", depth: 1 }, { id: "entity:z", depth: 2 }]);
});

test("of an entity or service, lineage by dataset begins at all its datasets", async () => {
  await write([[1, 3], [2, 4], [5, 6]], [[1, ["x"]], [2, ["x"]]]);
  for (const id of ["entity:x", "service:x"]) {
    const { nodes } = await readLineage(world.deps.db, { of: id, level: "DATASET", depth: 5, first: 2, direction: "DOWNSTREAM", asOf: null, includeJobs: false });
    expect(nodes.map((node) => [node.id, node.depth])).toEqual([[idOf(1), 0], [idOf(2), 0], [idOf(3), 1], [idOf(4), 1]]);
  }
});
