import { datasetUrn } from "../../src/catalog";
import { catalogWorld } from "../catalog/catalog-world";

const NAMESPACE = "postgres://db";
export const idOf = (name: string): string => datasetUrn({ namespace: NAMESPACE, name });

interface FlowMore {
  readonly job?: number;
  readonly provenance?: string;
  readonly passages?: number;
  readonly masking?: boolean;
  readonly columns?: boolean;
  readonly indirect?: boolean;
  readonly since?: string;
  readonly until?: string;
}

/** A world with its doors open in which flows are written down by themselves, as if events had told of them. */
export async function flowWorld() {
  const world = await catalogWorld();
  const { deps } = world;
  const write = (name: string, text: string, values: readonly unknown[]): Promise<{ id: number }[]> => deps.db.query(`test_${name}`, text, values);
  const numbers = new Map<string, number>();
  const place = (end: string | number): number => {
    const number = typeof end === "number" ? end : numbers.get(end);
    if (number === undefined) throw new Error(`${end} is not registered`);
    return number;
  };
  return {
    ...world,
    numbers,
    async dataset(name: string, input: Record<string, unknown> = {}): Promise<number> {
      const { errors } = await world.mutate("registerDataset", { namespace: NAMESPACE, name, ...input }, "id");
      if (errors) throw new Error(errors[0]!.message);
      const [row] = await write("number", "select id from datasets where namespace = $1 and name = $2", [NAMESPACE, name]);
      numbers.set(name, row!.id);
      return row!.id;
    },
    async did(mutation: string, input: Record<string, unknown>, selection = "id"): Promise<void> {
      const { errors } = await world.mutate(mutation, input, selection);
      if (errors) throw new Error(errors[0]!.message);
    },
    async job(name: string): Promise<number> {
      const [row] = await write("job", "insert into jobs (namespace, name, first_seen_at, last_event_at) values ($1, $2, $3, $3) returning id", ["jobs", name, deps.clock.now()]);
      return row!.id;
    },
    /** In custody, during [since, until]. */
    async kept(from: string | number, to: string | number, { job = 0, provenance = "RUN", passages = 0, since = "2026-01-01", until = "2026-02-01" }: FlowMore = {}) {
      await write(
        "custody", "insert into custody_flows (from_id, to_id, job_id, provenance, passages, first_at, last_at, changed_by) values ($1, $2, $3, $4, $5, $6, $7, pg_current_xact_id())",
        [place(from), place(to), job, provenance, passages, since, until],
      );
    },
    /** In the picture, during [since, until). */
    async shown(from: string | number, to: string | number, more: FlowMore = {}): Promise<number> {
      const { job = 0, provenance = "RUN", passages = 0, masking = false, columns = false, since = "2026-01-01", until = "infinity" } = more;
      const [row] = await write(
        "flow", `insert into flows (from_id, to_id, job_id, provenance, passages, masking, columns, valid_from, valid_to, changed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, pg_current_xact_id()) returning id`,
        [place(from), place(to), job, provenance, passages, masking, columns, since, until],
      );
      return row!.id;
    },
    async end(flow: number, at: string): Promise<void> {
      await write("end", "update flows set valid_to = $2, changed_by = pg_current_xact_id() where id = $1", [flow, at]);
    },
    async dispose(name: string, kind: string, at: string, recordedAt: Date = deps.clock.now()): Promise<void> {
      await write(
        "dispose", `insert into disposals (id, dataset_id, covers, kind, at, recorded_by, recorded_at)
         values ($1, $2, array(select d.id from datasets d where d.id = $2 or d.merged_into = $2), $3, $4, 'ada', $5)`,
        [deps.ids.uuid(), place(name), kind, at, recordedAt],
      );
    },
    /** Attested anonymous for a day. */
    async attest(name: string): Promise<void> {
      await write(
        "attest", "insert into attestations (id, dataset_id, method, expires_at, proposed_by, proposed_at, confirmed_by, confirmed_at) values ($1, $2, 'aggregation', $3::timestamptz + interval '1 day', 'ada', $3, 'bob', $3)",
        [deps.ids.uuid(), place(name), deps.clock.now()],
      );
    },
    async merge(name: string, into: string): Promise<void> {
      await write("merge", "update datasets set merged_into = $2 where id = $1", [place(name), place(into)]);
      await write(
        "identity", "insert into dataset_identities (dataset_id, root_id, parent_id, reason, decided_by, decided_at, changed_by) values ($1, $2, $2, 'MERGE', 'ada', $3, pg_current_xact_id())",
        [place(name), place(into), deps.clock.now()],
      );
    },
    /** The number of a field as an end of flows; '' is the whole dataset. */
    async field(dataset: string, name: string): Promise<number> {
      await write("field", "insert into field_nodes (dataset_id, name) values ($1, $2) on conflict do nothing", [place(dataset), name]);
      const [row] = await write("fieldNumber", "select id from field_nodes where dataset_id = $1 and name = $2", [place(dataset), name]);
      return row!.id;
    },
    async fieldFlow(from: number, to: number, { provenance = "COLUMN", passages = 0, masking = false, indirect = false, since = "2026-01-01", until = "infinity" }: FlowMore = {}) {
      await write(
        "fieldFlow", `insert into field_flows (from_id, to_id, provenance, passages, masking, indirect, valid_from, valid_to, changed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, pg_current_xact_id())`,
        [from, to, provenance, passages, masking, indirect, since, until],
      );
    },
  };
}
export type FlowWorld = Awaited<ReturnType<typeof flowWorld>>;
