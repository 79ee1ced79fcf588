import type { Reader } from "../../src/platform/database/sql";
import type { Deps } from "../../src/platform/deps";

/** A flow as a test states it: by numbers, valid from the epoch on unless it says otherwise. */
export interface PlainFlow {
  readonly from: number;
  readonly to: number;
  readonly job?: number;
  readonly provenance?: "EXPLICIT" | "COLUMN" | "RUN" | "DECLARED" | "WITHIN";
  readonly passages?: number;
  readonly masking?: boolean;
  /** ISO 8601, or (until) infinity. */
  readonly since?: string;
  readonly until?: string;
}

const writing = (deps: Deps, name: string, text: string, values: readonly unknown[]): Promise<unknown> =>
  deps.transaction((tx) => tx.execute(name, text, values));

/** Rows of `flows` or `field_flows`, as if they had been recorded. */
export const writeFlows = (deps: Deps, flows: readonly PlainFlow[], table: "flows" | "field_flows" = "flows"): Promise<unknown> =>
  writing(
    deps,
    `testWrite_${table}`,
    `insert into ${table} (from_id, to_id, job_id, provenance, passages, masking, valid_from, valid_to, changed_by)
     select f.from_id, f.to_id, f.job_id, f.provenance, f.passages, f.masking, f.since, f.until, pg_current_xact_id()
     from json_to_recordset($1) as f (from_id integer, to_id integer, job_id integer, provenance text, passages smallint, masking boolean, since timestamptz, until timestamptz)`,
    [JSON.stringify(flows.map((flow) => ({
      from_id: flow.from, to_id: flow.to, job_id: flow.job ?? 0, provenance: flow.provenance ?? "RUN", passages: flow.passages ?? 0,
      masking: flow.masking ?? false, since: flow.since ?? "2026-01-01T00:00:00Z", until: flow.until ?? "infinity",
    })))],
  );

/** Datasets by their numbers, named after them. */
export const writeDatasets = (deps: Deps, numbers: readonly number[]): Promise<unknown> =>
  writing(
    deps,
    "testWriteDatasets",
    `insert into datasets (id, namespace, name, identifier_types, personal, registered_at) overriding system value
     select n, 'db', 'd' || n, '{}', 'UNCLASSIFIED', '2026-01-01' from unnest($1::integer[]) as n`,
    [numbers],
  );

export const writeJobs = (deps: Deps, numbers: readonly number[]): Promise<unknown> =>
  writing(
    deps,
    "testWriteJobs",
    "insert into jobs (id, namespace, name, first_seen_at, last_event_at) select n, 'etl', 'j' || n, '2026-01-01', '2026-01-01' from unnest($1::integer[]) as n",
    [numbers],
  );

/** Makes numbers other names of roots, or (root = number) takes them apart. */
export const writeIdentities = (deps: Deps, identities: readonly { number: number; root: number }[]): Promise<unknown> =>
  deps.transaction(async (tx) => {
    const values = [identities.map(({ number }) => number), identities.map(({ root }) => root)];
    await tx.execute("testMerge", "update datasets d set merged_into = nullif(i.root, d.id) from unnest($1::integer[], $2::integer[]) as i (number, root) where d.id = i.number", values);
    await tx.execute(
      "testIdentities",
      `insert into dataset_identities (dataset_id, root_id, parent_id, reason, decided_by, decided_at, changed_by)
       select number, root, root, 'MERGE', 'ada', '2026-01-01', pg_current_xact_id() from unnest($1::integer[], $2::integer[]) as i (number, root)
       on conflict (dataset_id) do update set root_id = excluded.root_id, parent_id = excluded.parent_id, changed_by = excluded.changed_by`,
      values,
    );
  });

/** Nodes of fields by their numbers: [number, dataset, name]. */
export const writeFieldNodes = (deps: Deps, nodes: readonly (readonly [number, number, string])[]): Promise<unknown> =>
  writing(
    deps,
    "testWriteFieldNodes",
    "insert into field_nodes (id, dataset_id, name) overriding system value select * from unnest($1::integer[], $2::integer[], $3::text[])",
    [nodes.map(([number]) => number), nodes.map(([, dataset]) => dataset), nodes.map(([, , name]) => name)],
  );

/** Truncating costs a file for each index: for a few rows, deleting is a hundred times faster. */
export const emptyGraphs = (deps: Deps): Promise<unknown> =>
  deps.transaction(async (tx) => {
    for (const table of ["flows", "field_flows", "field_nodes", "dataset_identities", "dataset_entities", "datasets", "jobs"]) {
      await tx.execute(`testEmpty_${table}`, `delete from ${table}`);
    }
  });

/** A reader of the same database for which no graph has been built. */
export const coldReader = (db: Reader): Reader => ({ ...db });

/** A reader that is never served from memory, as a transaction is not. */
export const sqlReader = (db: Reader): Reader => Object.assign({ ...db }, { afterCommit: () => undefined });

export const idOf = (number: number): string => `dataset:db:d${number}`;
export const jobIdOf = (number: number): string => `job:etl:j${number}`;
