import type { OrderContent, OrderEvent, OrderOwner, OrderRecord } from "../../../src/dispatch";
import type { Deps } from "../../../src/platform/deps";
import { asOwner } from "../../support/as-owner";

/** What an owner was told of one order, as it stands in the database: committed with the outcome or not at all. */
export interface Heard {
  readonly orderId: string;
  readonly type: OrderEvent["type"];
  readonly state: string;
  readonly attempt: number;
  readonly detail: string | null;
  readonly at: Date;
}

/** An owner of orders that writes down all it hears. Its orders name one person. */
export interface TestOwner extends OrderOwner {
  /** Stand-ins for an owner that is wrong or has changed its mind. */
  render: (order: OrderRecord) => OrderContent | undefined;
  hear: (event: OrderEvent) => void | Promise<void>;
  heard(orderId?: string): Promise<Heard[]>;
}

export const IDENTITY = { identity_type: "email", identity_value: "mara@example.com", identity_format: "raw" } as const;

export async function createTestOwner(deps: Deps, name = "test"): Promise<TestOwner> {
  await asOwner(
    deps,
    "createHeard",
    `create table if not exists heard (
       position bigint generated always as identity primary key, order_id uuid, type text, state text, attempt integer, detail text, at timestamptz)`,
  );
  await asOwner(deps, "shareHeard", "grant all on heard to public");
  const owner: TestOwner = {
    name,
    render: () => ({ identities: [IDENTITY] }),
    hear: () => undefined,
    renderOrders: (_reader, orders) => {
      const contents = orders.map((order) => [order.id, owner.render(order)] as const);
      return Promise.resolve(new Map(contents.filter((entry): entry is [string, OrderContent] => entry[1] !== undefined)));
    },
    recordEvents: async (tx, events) => {
      for (const event of events) await owner.hear(event);
      await tx.execute(
        "insertHeard",
        `insert into heard (order_id, type, state, attempt, detail, at)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::timestamptz[])`,
        [
          events.map((event) => event.order.id),
          events.map((event) => event.type),
          events.map((event) => event.order.state),
          events.map((event) => event.order.attempt),
          events.map(detailOf),
          events.map((event) => event.at),
        ],
      );
    },
    heard: (orderId) =>
      deps.db.query(
        `findHeard${orderId === undefined ? "" : "OfOrder"}`,
        `select order_id as "orderId", type, state, attempt, detail, at from heard ${orderId === undefined ? "" : "where order_id = $1"} order by position`,
        orderId === undefined ? [] : [orderId],
      ),
  };
  return owner;
}

function detailOf(event: OrderEvent): string | null {
  if (event.type === "DEAD") return `${event.error} ${event.reason}`;
  if (event.type === "FAILED_ATTEMPT") return event.error;
  return event.type === "ANSWERED" ? JSON.stringify(event.answer.results) : null;
}
