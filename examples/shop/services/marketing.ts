import { ordinaryTable } from "../ordinary-table";
import type { ShopService } from "../service";

/** Who gets the newsletter, and who clicked on what. Knows people by e-mail address only. */
export const marketing: ShopService = {
  key: "marketing",
  port: 4104,
  schema: `
    create table subscriptions (email text not null, greeting text, created_at timestamptz not null);
    create table campaign_clicks (email text not null, campaign text, created_at timestamptz not null)`,
  fill: (people) => ({
    subscriptions: people
      .filter(({ subscribedAt }) => subscribedAt)
      .map(({ email, name, subscribedAt }) => ({ email, greeting: `Hello ${name}`, created_at: subscribedAt })),
    campaign_clicks: people.flatMap(({ email, clicks }) => clicks.map(({ campaign, at }) => ({ email, campaign, created_at: at }))),
  }),
  datasets: [
    ordinaryTable({ database: "marketing", table: "subscriptions", by: ["email"] }),
    ordinaryTable({ database: "marketing", table: "campaign_clicks", by: ["email"] }),
  ],
};
