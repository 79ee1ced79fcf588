import { openGraph, warmGraph } from "../../src/lineage/storage/flow-graph-queries";
import { listDisposals } from "../../src/lineage/storage/custody-queries";
import { findJobFlows } from "../../src/lineage/storage/job-flow-queries";
import { loadReach } from "../../src/lineage/storage/reach-queries";
import type { FlowTable, Side } from "../../src/lineage/graph/flow-graph";
import type { Reader } from "../../src/platform/database/sql";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
  await world.deps.transaction(async (tx) => {
    const pairs = "select g, g % 5000 + 1, g % 5000 + 2 + g / 5000 from generate_series(1, 20000) as g";
    await tx.execute("testMany", `insert into flows (from_id, to_id, job_id, provenance, valid_from, changed_by) select f, t, g, 'RUN', '2026-01-01', pg_current_xact_id() from (${pairs}) as p (g, f, t)`);
    await tx.execute("testManyCustody", `insert into custody_flows (from_id, to_id, provenance, first_at, last_at, changed_by) select f, t, 'RUN', '2026-01-01', '2026-01-01', pg_current_xact_id() from (${pairs}) as p (g, f, t)`);
    await tx.execute("testManyDatasets", "insert into datasets (id, namespace, name, identifier_types, personal, registered_at) overriding system value select g, 'db', 'd' || g, '{}', 'UNCLASSIFIED', '2026-01-01' from generate_series(1, 6000) as g");
    await tx.execute("testManyNodes", "insert into field_nodes (id, dataset_id, name) overriding system value select g, g, 'a' from generate_series(1, 6000) as g");
    await tx.execute("testManyFieldFlows", `insert into field_flows (from_id, to_id, provenance, valid_from, changed_by) select f, t, 'COLUMN', '2026-01-01', pg_current_xact_id() from (${pairs}) as p (g, f, t)`);
  });
});
afterAll(() => world.close());

/** The plans of all statements that were run, as PostgreSQL makes them for prepared ones that it does not plan anew. */
async function plansOf(run: (reader: Reader) => Promise<unknown>): Promise<string> {
  const plans: string[] = [];
  await world.deps.transaction(async (tx) => {
    await tx.execute("testGeneric", "set local plan_cache_mode = force_generic_plan");
    await run({
      ...world.deps.db,
      query: async (name, text, values) => {
        const rows = await tx.query<{ "QUERY PLAN": string }>(`testExplain_${name}`, `explain ${text}`, values);
        plans.push(...rows.map((row) => row["QUERY PLAN"]));
        return world.deps.db.query(name, text, values);
      },
    });
  });
  return plans.join("\n");
}

const TABLES = ["flows", "custody_flows", "field_flows"] as const;

test.each<[FlowTable]>(TABLES.map((table) => [table]))("a look at what is new in %s reads by transaction, even before PostgreSQL has statistics", async (table) => {
  const plan = await plansOf(async (reader) => {
    await warmGraph(reader, table);
    await openGraph(reader, { table, from: [1], sides: ["OUT"] });
  });
  expect(plan).toContain(`${table}_changed`);
  expect(plan).toContain("dataset_identities_changed");
});

test.each<[FlowTable, readonly Side[], number | undefined]>(TABLES.flatMap((table) => [
  [table, ["OUT"], 3], [table, ["IN"], 3], [table, ["IN", "OUT"], undefined],
] as [FlowTable, readonly Side[], number | undefined][]))("the part of %s in reach at %j is found by its ends (depth %p)", async (table, sides, depth) => {
  const plan = await plansOf((reader) => loadReach(reader, { table, from: [1, 2], sides, depth }));
  expect(plan).not.toContain(`Seq Scan on ${table}`);
  expect(plan).not.toContain("Seq Scan on field_nodes");
});

test("the flows of a job are found by the job", async () => {
  const plan = await plansOf((reader) => findJobFlows(reader, 77));
  expect(plan).toContain("flows_of_job");
});

test("whether open runs write what was emptied is asked by what they write", async () => {
  await world.deps.transaction(async (tx) => {
    await tx.execute("testJob", "insert into jobs (id, namespace, name, first_seen_at, last_event_at) overriding system value values (70000, 'jobs', 'many', '2026-01-01', '2026-01-01')");
    await tx.execute("testManyRuns", "insert into job_runs (job_id, run_id, state, first_at, last_at, outputs) select 70000, 'r' || g, 'OPEN', '2026-01-01', '2026-01-01', array[g % 6000] from generate_series(1, 5000) as g");
  });
  await asOwner(world.deps, "testAnalyze", "analyze job_runs");
  expect(await plansOf((reader) => listDisposals(reader))).toContain("job_runs_writing");
});
