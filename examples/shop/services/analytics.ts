import { ordinaryTable } from "../ordinary-table";
import type { Person } from "../people/people";
import type { ShopService } from "../service";

/** Figures about customers and sales: copies that a nightly job derives from what identity and orders hold. */
export const analytics: ShopService = {
  key: "analytics",
  port: 4106,
  schema: `
    create table customer_profiles (
      customer_id text not null, city text, born_in integer, orders integer, revenue_cents integer, created_at timestamptz not null);
    create table order_facts (
      customer_id text not null, order_id text, article text, revenue_cents integer, city text, created_at timestamptz not null)`,
  fill: (people) => ({
    customer_profiles: people.map(({ customerId, city, bornOn, joinedAt, purchases }) => ({
      customer_id: customerId,
      city,
      born_in: Number(bornOn.slice(0, 4)),
      orders: purchases.length,
      revenue_cents: revenueOf(purchases),
      created_at: joinedAt,
    })),
    order_facts: people.flatMap(({ customerId, city, purchases }) =>
      purchases.map(({ orderId, article, totalCents, at }) => (
        { customer_id: customerId, order_id: orderId, article, revenue_cents: totalCents, city, created_at: at }
      )),
    ),
  }),
  datasets: [
    ordinaryTable({ database: "analytics", table: "customer_profiles", by: ["customer_id"] }),
    ordinaryTable({ database: "analytics", table: "order_facts", by: ["customer_id"] }),
  ],
};

const revenueOf = (purchases: Person["purchases"]): number => purchases.reduce((sum, { totalCents }) => sum + totalCents, 0);
