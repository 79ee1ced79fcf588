import { request } from "node:http";
import { Client } from "pg";
import { createToken } from "../../../src/access";
import { catalogWorld } from "../../catalog/catalog-world";
import { asOwner } from "../../support/as-owner";
import { waitFor } from "../../support/wait-for";

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Record<string, unknown>;
}

/** A run of a job of its own, complete, from one dataset to another. */
export const eventOf = (name: string, more: object = {}) => ({
  eventType: "COMPLETE", eventTime: "2026-03-02T08:00:00Z", producer: "https://etl.example", schemaURL: "RunEvent",
  run: { runId: name }, job: { namespace: "airflow", name },
  inputs: [{ namespace: "kafka://shop", name: `${name}-in` }], outputs: [{ namespace: "kafka://shop", name: `${name}-out` }],
  ...more,
});

/** A Cadastre before which producers with tokens of their own stand, and a way to hold its writing back. */
export async function ingestWorld() {
  const world = await catalogWorld();
  const tokens = new Map<string, Promise<{ readonly id: string; readonly token: string }>>();
  const tokenOf = (principal: string) => {
    const known = tokens.get(principal) ?? createToken(world.deps, { principal, roles: ["producer"], actor: "test" });
    tokens.set(principal, known);
    return known;
  };
  const post = async (path: string, body: string | Buffer, principal: string, headers: Record<string, string>): Promise<Answer> => {
    const { token } = await tokenOf(principal);
    return new Promise((resolve, reject) => {
      const sent = request(`${world.server.url}${path}`, { method: "POST", agent: false, headers: { authorization: `Bearer ${token}`, "content-length": Buffer.byteLength(body), ...headers } });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as Answer["body"] }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  };
  const asText = (body: unknown): string | Buffer => (typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  return {
    ...world,
    tokenOf,
    send: (event: unknown, principal = "airflow", { query = "", headers = {} } = {}) => post(`/api/v1/lineage${query}`, asText(event), principal, headers),
    sendBatch: (events: unknown, principal = "airflow", { query = "", headers = {} } = {}) => post(`/api/v1/lineage/batch${query}`, asText(events), principal, headers),
    /** How many events are durable, as the audit will count them. */
    async written(): Promise<number> {
      const [row] = await world.deps.db.query<{ events: number }>("writtenEvents", "select coalesce(sum(successful), 0)::integer as events from ingest_minutes");
      return row?.events ?? 0;
    },
    /** Holds back whatever wants to write events, until it is called again. */
    async holdBack(): Promise<{ letGo(): Promise<void>; waiting(): Promise<void> }> {
      const blocker = new Client({ connectionString: world.databaseUrl });
      await blocker.connect();
      await blocker.query("begin; lock table ingest_minutes in exclusive mode");
      return {
        waiting: async () => {
          await waitFor(async () => (await asOwner(world.deps, "heldBack", "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%addIngest%'")).length > 0);
        },
        letGo: async () => {
          await blocker.query("rollback");
          await blocker.end();
        },
      };
    },
  };
}
export type IngestWorld = Awaited<ReturnType<typeof ingestWorld>>;
