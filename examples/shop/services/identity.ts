import { discovered } from "../../../src/participant";
import { type Context, ordinaryTable, rowsOfPerson } from "../ordinary-table";
import type { ShopService } from "../service";

interface Known {
  readonly customer_id: string;
  readonly email: string;
  readonly phone: string;
}

const BY = ["email", "phone", "customer_id"] as const;

/** Who the customers are. Issues customer ids, so it is asked for the id of a person of whom only an e-mail address is known. */
export const identity: ShopService = {
  key: "identity",
  port: 4101,
  schema: `
    create table people (
      customer_id text primary key, email text unique, phone text unique, name text, born_on date, street text, postal_code text, city text,
      created_at timestamptz not null)`,
  fill: (people) => ({
    people: people.map(({ customerId, email, phone, name, bornOn, street, postalCode, city, joinedAt }) => (
      { customer_id: customerId, email, phone, name, born_on: bornOn, street, postal_code: postalCode, city, created_at: joinedAt }
    )),
  }),
  datasets: [{ ...ordinaryTable({ database: "identity", table: "people", by: BY }), discover: tellIdentifiers }],
};

async function tellIdentifiers(context: Context) {
  const { condition, values } = rowsOfPerson(context, BY);
  const { rows } = await context.tx.query<Known>(`select customer_id, email, phone from people where ${condition}`, values);
  return discovered(rows.length, rows.flatMap((person) => BY.map((type) => ({ identity_type: type, identity_value: person[type] }))));
}
