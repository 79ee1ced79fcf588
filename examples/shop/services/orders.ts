import { ordinaryTable } from "../ordinary-table";
import type { ShopService } from "../service";

/** What was bought, and where it was sent. */
export const orders: ShopService = {
  key: "orders",
  port: 4102,
  schema: `
    create table orders (
      order_id text, customer_id text not null, ship_to text, article text, quantity integer, total_cents integer,
      created_at timestamptz not null)`,
  fill: (people) => ({
    orders: people.flatMap(({ customerId, name, street, postalCode, city, purchases }) =>
      purchases.map(({ orderId, article, quantity, totalCents, at }) => ({
        order_id: orderId,
        customer_id: customerId,
        ship_to: `${name}, ${street}, ${postalCode} ${city}`,
        article,
        quantity,
        total_cents: totalCents,
        created_at: at,
      })),
    ),
  }),
  datasets: [ordinaryTable({ database: "orders", table: "orders", by: ["customer_id"] })],
};
