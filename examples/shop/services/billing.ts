import { erased, found, notFound, retained } from "../../../src/participant";
import { type Context, ordinaryTable, rowsOfPerson, unlessDryRun } from "../ordinary-table";
import type { ShopService } from "../service";

/** Invoices and means of payment. The tax office wants issued invoices kept: they are restricted instead of erased, until their time is over. */
export const billing: ShopService = {
  key: "billing",
  port: 4103,
  // An invoice is a draft until it is issued. Restricted means: kept for the tax office, shown to nobody else.
  schema: `create table invoices (
    invoice_id text, customer_id text not null, order_id text, bill_to text, contact_email text, total_cents integer,
    issued_on date, restricted_at timestamptz, created_at timestamptz not null);
  create table payment_methods (customer_id text not null, account_holder text, iban text, created_at timestamptz not null)`,
  fill: (people) => ({
    invoices: people.flatMap(({ customerId, name, email, street, postalCode, city, purchases }) =>
      purchases.map(({ invoiceId, orderId, totalCents, at }) => ({
        invoice_id: invoiceId, customer_id: customerId, order_id: orderId, bill_to: `${name}, ${street}, ${postalCode} ${city}`, contact_email: email,
        total_cents: totalCents, issued_on: at, created_at: at,
      })),
    ),
    payment_methods: people.filter(({ iban }) => iban).map(({ customerId, name, iban, joinedAt }) => (
      { customer_id: customerId, account_holder: name, iban, created_at: joinedAt }
    )),
  }),
  datasets: [
    {
      ...ordinaryTable({ database: "billing", table: "invoices", by: ["customer_id"] }),
      erase: (context) => unlessDryRun(context, () => eraseInvoices(context)),
      verify: findInvoices,
    },
    ordinaryTable({ database: "billing", table: "payment_methods", by: ["customer_id"] }),
  ],
};

/** As declared in cadastre.yaml: ten years in Berlin, from the day of issue. Cadastre computes it again. */
const RULE = "tax-invoices";
const KEEP_UNTIL = "(issued_on + interval '10 years')::date";
const MUST_BE_KEPT = `coalesce(${KEEP_UNTIL} > (now() at time zone 'Europe/Berlin')::date, false)`;

interface Kept {
  readonly invoice_id: string;
  readonly start: string;
  readonly until: string;
}

async function eraseInvoices(context: Context) {
  const { condition, values } = rowsOfPerson(context, ["customer_id"]);
  const change = async (sql: string): Promise<number> => (await context.tx.query(sql, values)).rowCount ?? NaN;
  const gone = await change(`delete from invoices where ${condition} and not ${MUST_BE_KEPT}`);
  const contacts = await change(`update invoices set contact_email = null where ${condition} and contact_email is not null`);
  await change(`update invoices set restricted_at = coalesce(restricted_at, now()) where ${condition}`);
  const parts = [...(gone > 0 ? [erased(gone)] : []), ...(contacts > 0 ? [erased(contacts, { fields: ["contact_email"] })] : []), ...(await keptInvoices(context))];
  return parts.length > 0 ? parts : notFound();
}

/** An invoice in use counts as found, a restricted one as retained. */
async function findInvoices(context: Context) {
  const { condition, values } = rowsOfPerson(context, ["customer_id"]);
  const { rows } = await context.tx.query<{ count: number }>(`select count(*)::int as count from invoices where ${condition} and restricted_at is null`, values);
  const kept = await keptInvoices(context);
  const inUse = rows[0]?.count ?? NaN;
  return inUse === 0 && kept.length > 0 ? kept : [found(inUse), ...kept];
}

async function keptInvoices(context: Context) {
  const { condition, values } = rowsOfPerson(context, ["customer_id"]);
  const { rows } = await context.tx.query<Kept>(
    `select invoice_id, issued_on::text as start, ${KEEP_UNTIL}::text as until from invoices where ${condition} and restricted_at is not null order by issued_on`,
    values,
  );
  return rows.map(({ invoice_id, start, until }) => retained({ count: 1, rule: RULE, start, until, reason: "legal_obligation", ref: invoice_id }));
}
