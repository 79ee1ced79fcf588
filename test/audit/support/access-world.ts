import { request } from "node:http";
import { Client } from "pg";
import { createToken } from "../../../src/access";
import type { AccessEvent } from "../../../src/audit/access-model";
import type { Deps } from "../../../src/platform/deps";
import { asOwner } from "../../support/as-owner";
import { startServer } from "../../support/server";
import { setup } from "../../support/setup";
import { waitFor } from "../../support/wait-for";

export const DATASET = "dataset:postgres%3A%2F%2Fcrm:people";

/** An access as a service sends it. */
export const sent = (eventId: string, more: object = {}) => ({
  eventId, at: "2026-03-02T08:59:00.000Z", actor: "clerk-7", dataset: DATASET, purpose: "support", basis: "contract", ...more,
});

/** The same as it is taken. */
export const accessOf = (eventId: string, more: Partial<AccessEvent> = {}): AccessEvent => ({
  ...sent(eventId), at: new Date("2026-03-02T08:59:00.000Z"), allowed: true, ...more,
});

export interface Logged {
  readonly index: number;
  readonly entry: Record<string, unknown>;
  readonly facts: Record<string, unknown>;
  readonly subjects: string[];
}

/** The entries of the log in their order, each with what it is searched by. */
export async function readLog({ db }: Pick<Deps, "db">): Promise<Logged[]> {
  const rows = await db.query<{ index: number; entry: Buffer; facts: Record<string, unknown>; subjects: string[] }>(
    "readWholeLog",
    `select e.leaf_index::float8 as index, e.entry, to_jsonb(f) - 'combination' as facts,
            array(select s.pid::text from audit_entry_subjects s where s.entry_id = e.id) as subjects
       from audit_entries e left join audit_entry_facts f on f.id = e.id order by e.leaf_index`,
  );
  return rows.map(({ entry, ...row }) => ({ ...row, entry: JSON.parse(entry.toString()) as Record<string, unknown> }));
}

interface LineAnswer {
  readonly eventId: string | null;
  readonly status: string;
  readonly code?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly lines: readonly LineAnswer[];
}

/** A Cadastre with its doors open and no background work, before which services with tokens of their own stand. */
export async function accessWorld() {
  const world = await setup();
  const server = await startServer(world);
  const tokens = new Map<string, Promise<{ readonly id: string; readonly token: string }>>();
  const tokenOf = async (service: string): Promise<string> => {
    const made = tokens.get(service) ?? createToken(world.deps, { principal: `${service}-app`, roles: ["service"], service, actor: "test" });
    tokens.set(service, made);
    return (await made).token;
  };
  const open = async (body: string | Buffer, service: string, headers: Record<string, string> = {}) => {
    const authorization = `Bearer ${await tokenOf(service)}`;
    return request(`${server.url}/audit/events`, { method: "POST", agent: false, headers: { authorization, "content-length": Buffer.byteLength(body), ...headers } });
  };
  return {
    ...world,
    server,
    tokenOf,
    open,
    /** Reports events (one a line) or a body as it is. */
    async post(body: readonly unknown[] | string | Buffer, service = "crm", headers: Record<string, string> = {}): Promise<Answer> {
      const bytes = typeof body === "string" || Buffer.isBuffer(body) ? body : body.map((event) => `${JSON.stringify(event)}\n`).join("");
      const posted = await open(bytes, service, headers);
      return new Promise((resolve, reject) => {
        posted.on("error", reject).on("response", (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
            const lines = Buffer.concat(chunks).toString().split("\n").filter(Boolean).map((line) => JSON.parse(line) as LineAnswer);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, lines });
          });
        });
        posted.end(bytes);
      });
    },
    /** Holds back whatever wants to record an access, until it is let go. */
    async holdBack(): Promise<{ letGo(): Promise<void>; waiting(): Promise<void> }> {
      const blocker = new Client({ connectionString: world.databaseUrl });
      await blocker.connect();
      await blocker.query("begin; lock table access_event_ids in exclusive mode");
      const isWaiting = async () =>
        (await asOwner(world.deps, "heldBack", "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%claimEventNames%'")).length > 0;
      return {
        waiting: async () => void (await waitFor(isWaiting)),
        letGo: async () => {
          await blocker.query("rollback");
          await blocker.end();
        },
      };
    },
    close: async () => {
      await server.close();
      await world.close();
    },
  };
}
export type AccessWorld = Awaited<ReturnType<typeof accessWorld>>;
