import type { Pool, PoolClient } from "pg";
import { accepted, type AuditClient, erased, type Participant, recalled, withAccessAudit } from "../../../src/participant";
import { type Context, ordinaryTable } from "../ordinary-table";
import type { ShopService } from "../service";

const TICKETS = ordinaryTable({ database: "support", table: "tickets", by: ["email"] });

/** Customers' questions. Its tickets lie in a slow archive, so it accepts an order to erase (202), does it later, and then reports. */
export const support: ShopService = {
  key: "support",
  port: 4105,
  schema: `
    create table tickets (
      ticket_id text, email text not null, name text, subject text, message text, created_at timestamptz not null);
    create table erasure_jobs (
      order_id text primary key, emails text[] not null, collected_before timestamptz not null, permitted boolean not null,
      due_at timestamptz not null)`,
  fill: (people) => ({
    tickets: people.flatMap(({ email, name, tickets: asked }) =>
      asked.map(({ ticketId, subject, message, at }) => ({ ticket_id: ticketId, email, name, subject, message, created_at: at })),
    ),
  }),
  datasets: [{ ...TICKETS, erase: (context) => (context.dryRun ? TICKETS.erase(context) : noteJob(context)), recall: dropJob }],
  openDesk,
  workOff,
};

/** An agent looks at the tickets of the twenty customers who asked last. */
async function openDesk(pool: Pool, audit: AuditClient): Promise<void> {
  const readTickets = withAccessAudit<[agent: string, email: string], object[]>(audit, ({ args: [agent, email] }) => ({
    actor: agent, dataset: TICKETS, fields: ["subject", "message"], identifier: { type: "email", value: email }, purpose: "support", basis: "contract",
  }))(async (_, email) => (await pool.query<object>("select subject, message from tickets where email = $1", [email])).rows);
  const { rows } = await pool.query<{ email: string }>("select email from tickets group by email order by max(created_at) desc limit 20");
  for (const { email } of rows) await readTickets("agent-7", email);
}

async function noteJob({ tx, order, identifiers }: Context) {
  // A person may be held, and a request cancelled, until the job is done; with no request behind the order it is about nobody who exists.
  const permitted = order.subject_request_id === undefined;
  await tx.query(
    "insert into erasure_jobs (order_id, emails, collected_before, permitted, due_at) values ($1, $2, $3, $4, now() + interval '1 second')",
    [order.orderId, identifiers("email").email, order.collected_before ?? "infinity", permitted],
  );
  return accepted();
}

/** A job that is still there has not begun: the tickets and their job go in one transaction. */
async function dropJob({ tx, order }: Context) {
  await tx.query("delete from erasure_jobs where order_id = $1", [order.recall_of]);
  return recalled();
}

async function workOff(pool: Pool, participant: Participant<PoolClient>): Promise<void> {
  const { rows: jobs } = await pool.query<{ orderId: string; permitted: boolean }>(
    'select order_id as "orderId", permitted from erasure_jobs where due_at <= now()',
  );
  for (const { orderId, permitted } of jobs) {
    // Whatever happens now, the next attempt is for later.
    await pool.query("update erasure_jobs set due_at = now() + interval '10 seconds' where order_id = $1", [orderId]);
    if (!permitted && !(await askPermit(pool, participant, orderId))) continue;
    const { namespace, name } = TICKETS;
    await participant.complete(orderId, async (tx) => [{ namespace, name, reply: erased(await eraseTickets(tx, orderId)) }]);
  }
}

/** A permit is given once, so it is noted before it is used. */
async function askPermit(pool: Pool, participant: Participant<PoolClient>, orderId: string): Promise<boolean> {
  const { permitted } = await participant.permit(orderId);
  if (permitted) await pool.query("update erasure_jobs set permitted = true where order_id = $1", [orderId]);
  return permitted;
}

async function eraseTickets(tx: PoolClient, orderId: string): Promise<number> {
  const { rowCount } = await tx.query(
    `with job as (delete from erasure_jobs where order_id = $1 returning emails, collected_before)
     delete from tickets using job where tickets.email = any(job.emails) and tickets.created_at <= job.collected_before`,
    [orderId],
  );
  return rowCount ?? NaN;
}
