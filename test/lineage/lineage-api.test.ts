import { createToken } from "../../src/access";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { idOf, jobIdOf, writeDatasets, writeFieldNodes, writeFlows, writeJobs } from "./lineage-world";

let world: World;
let server: TestServer;
let token: string;
beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  ({ token } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "ada" }));
  await writeDatasets(world.deps, [1, 2, 3, 4, 5]);
  await writeJobs(world.deps, [11, 12]);
  await writeFlows(world.deps, [
    { from: 1, to: 2, job: 11 },
    { from: 1, to: 2, job: 11, provenance: "COLUMN", masking: true, since: "2025-06-01T00:00:00Z" },
    { from: 2, to: 3, job: 12, until: "2026-02-01T00:00:00Z" },
    { from: 2, to: 4, masking: true },
    { from: 4, to: 5 },
  ]);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Graph {
  nodes: { id: string; depth: number }[];
  edges: Record<string, unknown>[];
  truncatedAt: string[];
}
const LINEAGE = `query ($of: ID!, $direction: Direction!, $depth: Int, $level: Level, $asOf: DateTime, $first: Int, $includeJobs: Boolean) {
  lineage(of: $of, direction: $direction, depth: $depth, level: $level, asOf: $asOf, first: $first, includeJobs: $includeJobs) {
    nodes { id depth } edges { from to job masking validFrom validTo provenance transformations { type subtype masking } } truncatedAt } }`;
const ask = (variables: Record<string, unknown>) => server.graphql<{ lineage: Graph }>(LINEAGE, variables, token);
async function lineage(variables: Record<string, unknown>): Promise<Graph> {
  const { data, errors } = await ask(variables);
  expect(errors).toBeUndefined();
  return data.lineage;
}

test("what lies downstream is told with the flows that lead there, and where it was cut", async () => {
  expect(await lineage({ of: idOf(1), direction: "DOWNSTREAM", depth: 2 })).toEqual({
    nodes: [{ id: idOf(1), depth: 0 }, { id: idOf(2), depth: 1 }, { id: idOf(4), depth: 2 }],
    edges: [
      { from: idOf(1), to: idOf(2), job: jobIdOf(11), masking: false, validFrom: "2025-06-01T00:00:00.000Z", validTo: null, provenance: ["COLUMN", "RUN"], transformations: null },
      { from: idOf(2), to: idOf(4), job: null, masking: true, validFrom: "2026-01-01T00:00:00.000Z", validTo: null, provenance: ["RUN"], transformations: null },
    ],
    truncatedAt: [idOf(4)],
  });
});

test("at an instant, the picture is that of the instant", async () => {
  const graph = await lineage({ of: idOf(2), direction: "BOTH", asOf: "2026-01-15T00:00:00Z" });
  expect(graph.nodes.map(({ id, depth }) => [id, depth])).toEqual([[idOf(2), 0], [idOf(1), 1], [idOf(3), 1], [idOf(4), 1], [idOf(5), 2]]);
  expect(graph.edges).toContainEqual(expect.objectContaining({ from: idOf(2), to: idOf(3), validTo: "2026-02-01T00:00:00.000Z" }));
});

test("jobs stand between what they read and what they write where they are asked for", async () => {
  const { nodes, edges } = await lineage({ of: idOf(1), direction: "DOWNSTREAM", includeJobs: true });
  expect(nodes).toEqual([{ id: idOf(1), depth: 0 }, { id: jobIdOf(11), depth: 1 }, { id: idOf(2), depth: 2 }, { id: idOf(4), depth: 3 }]);
  expect(edges.map(({ from, to, job }) => [from, to, job])).toEqual([
    [idOf(1), jobIdOf(11), jobIdOf(11)], [idOf(2), idOf(4), null], [jobIdOf(11), idOf(2), jobIdOf(11)],
  ]);
});

test("a job's own lineage begins at what it reads and writes", async () => {
  const { nodes, edges } = await lineage({ of: jobIdOf(11), direction: "BOTH", depth: 1 });
  expect(nodes).toEqual([{ id: jobIdOf(11), depth: 0 }, { id: idOf(1), depth: 1 }, { id: idOf(2), depth: 1 }]);
  expect(edges.map(({ from, to }) => [from, to])).toEqual([[idOf(1), jobIdOf(11)], [jobIdOf(11), idOf(2)]]);
});

test("fields are followed through a whole dataset, with what is done to them", async () => {
  await writeFieldNodes(world.deps, [[1, 1, "email"], [2, 2, "e-mail"], [3, 2, "id"], [4, 2, ""]]);
  await writeFlows(world.deps, [
    { from: 1, to: 2, job: 11, provenance: "COLUMN", masking: true },
    { from: 1, to: 4, job: 12, provenance: "COLUMN", passages: 2 },
    { from: 4, to: 2, provenance: "WITHIN", passages: 1 },
    { from: 4, to: 3, provenance: "WITHIN", passages: 1 },
  ], "field_flows");
  await world.deps.transaction((tx) =>
    tx.execute("testTransform", `update field_flows set transformations = '[{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": true}]', changed_by = pg_current_xact_id() where to_id = 2 and from_id = 1`));
  const { nodes, edges } = await lineage({ of: `${idOf(1)}#email`, direction: "DOWNSTREAM", level: "FIELD" });
  expect(nodes).toEqual([{ id: `${idOf(1)}#email`, depth: 0 }, { id: `${idOf(2)}#e-mail`, depth: 1 }, { id: `${idOf(2)}#id`, depth: 1 }]);
  const masked = { type: "DIRECT", subtype: "TRANSFORMATION", masking: true };
  expect(edges.map(({ to, job, masking, transformations }) => [to, job, masking, transformations])).toEqual([
    [`${idOf(2)}#e-mail`, jobIdOf(11), true, [masked]], [`${idOf(2)}#e-mail`, jobIdOf(12), false, []], [`${idOf(2)}#id`, jobIdOf(12), false, []],
  ]);
  expect((await lineage({ of: idOf(2), direction: "UPSTREAM", level: "FIELD" })).nodes).toEqual([
    { id: `${idOf(2)}#e-mail`, depth: 0 }, { id: `${idOf(2)}#id`, depth: 0 }, { id: `${idOf(1)}#email`, depth: 1 },
  ]);
});

test.each([
  ["an id that is none", { of: "dataset:x", direction: "BOTH" }, "BAD_USER_INPUT"],
  ["a dataset that nobody knows", { of: "dataset:db:nobody", direction: "BOTH" }, "NOT_FOUND"],
  ["fewer than no step", { of: idOf(1), direction: "BOTH", depth: -1 }, "BAD_USER_INPUT"],
  ["fewer than no node", { of: idOf(1), direction: "BOTH", first: -1 }, "BAD_USER_INPUT"],
  ["a job between fields", { of: jobIdOf(11), direction: "BOTH", level: "FIELD" }, "BAD_USER_INPUT"],
])("%s is refused", async (_, variables, code) => {
  expect((await ask(variables)).errors?.[0]?.extensions.code).toBe(code);
});

const PATHS = "query ($from: ID!, $to: ID!, $mode: PathMode, $first: Int) { paths(from: $from, to: $to, mode: $mode, first: $first) { nodes } }";

test("paths are told from end to end", async () => {
  const { data } = await server.graphql(PATHS, { from: idOf(1), to: idOf(5) }, token);
  expect(data).toEqual({ paths: [{ nodes: [idOf(1), idOf(2), idOf(4), idOf(5)] }] });
  expect((await server.graphql(PATHS, { from: idOf(5), to: idOf(1), mode: "ALL" }, token)).data).toEqual({ paths: [] });
});

test("a difference tells what came and what went", async () => {
  const DIFF = "query ($of: ID!, $from: DateTime!, $to: DateTime!) { lineageDiff(of: $of, from: $from, to: $to) { addedNodes removedNodes addedEdges { from to } removedEdges { from to } truncatedAt } }";
  const variables = { of: idOf(2), from: "2025-07-01T00:00:00Z", to: "2026-01-15T00:00:00Z" };
  expect((await server.graphql(DIFF, variables, token)).data).toEqual({
    lineageDiff: {
      addedNodes: [idOf(3), idOf(4), idOf(5)],
      removedNodes: [],
      addedEdges: [{ from: idOf(2), to: idOf(3) }, { from: idOf(2), to: idOf(4) }, { from: idOf(4), to: idOf(5) }],
      removedEdges: [],
      truncatedAt: [],
    },
  });
  expect((await server.graphql(DIFF, { ...variables, from: variables.to, to: variables.from }, token)).errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  const later = { of: idOf(2), from: "2026-01-15T00:00:00Z", to: "2026-02-15T00:00:00Z" };
  expect((await server.graphql<{ lineageDiff: unknown }>(DIFF, later, token)).data.lineageDiff).toMatchObject({ removedNodes: [idOf(3)], removedEdges: [{ from: idOf(2), to: idOf(3) }], addedNodes: [] });
});
