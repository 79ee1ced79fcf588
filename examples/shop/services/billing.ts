import { erased, found, notFound, retained } from "../../../src/participant";
import { type Context, ordinaryTable, rowsOfPerson, unlessDryRun } from "../ordinary-table";
import type { ShopService } from "../service";

/**
 * Invoices and means of payment. Issued invoices have to be kept for the tax office: they lose what it does not need, and are restricted
 * (shown to nobody else) until their time is over. An invoice is a draft until it is issued, and a draft can go.
 */
export const billing: ShopService = {
  key: "billing",
  port: 4103,
  schema: `
    create table invoices (
      invoice_id text, customer_id text not null, order_id text, bill_to text, contact_email text, total_cents integer,
      issued_on date, restricted_at timestamptz, created_at timestamptz not null);
    create table payment_methods (customer_id text not null, account_holder text, iban text, created_at timestamptz not null)`,
  fill: (people) => ({
    invoices: people.flatMap(({ customerId, name, email, street, postalCode, city, purchases }) =>
      purchases.map(({ invoiceId, orderId, totalCents, at }) => ({
        invoice_id: invoiceId,
        customer_id: customerId,
        order_id: orderId,
        bill_to: `${name}, ${street}, ${postalCode} ${city}`,
        contact_email: email,
        total_cents: totalCents,
        issued_on: at,
        created_at: at,
      })),
    ),
    payment_methods: people
      .filter(({ iban }) => iban)
      .map(({ customerId, name, iban, joinedAt }) => ({ customer_id: customerId, account_holder: name, iban, created_at: joinedAt })),
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
  readonly ref: string;
  readonly start: string;
  readonly until: string;
}

async function eraseInvoices(context: Context) {
  const gone = await change(context, "delete from invoices", `not ${MUST_BE_KEPT}`);
  const contacts = await change(context, "update invoices set contact_email = null", "contact_email is not null");
  await change(context, "update invoices set restricted_at = now()", "restricted_at is null");
  const parts = [erased(gone), erased(contacts, { fields: ["contact_email"] })].filter(({ count }) => count > 0);
  return orNotFound([...parts, ...(await keptInvoices(context))]);
}

/** An invoice in use counts as found, a restricted one as retained. */
async function findInvoices(context: Context) {
  const { condition, values } = invoicesMeant(context);
  const { rowCount } = await context.tx.query(`select from invoices where ${condition} and restricted_at is null`, values);
  return orNotFound([found(rowCount ?? NaN), ...(await keptInvoices(context))].filter(({ count }) => count > 0));
}

async function keptInvoices(context: Context) {
  const { condition, values } = invoicesMeant(context);
  const { rows } = await context.tx.query<Kept>(
    `select invoice_id as ref, issued_on::text as start, ${KEEP_UNTIL}::text as until from invoices
     where ${condition} and restricted_at is not null order by issued_on`,
    values,
  );
  return rows.map((invoice) => retained({ ...invoice, count: 1, rule: RULE, reason: "legal_obligation" }));
}

async function change(context: Context, statement: string, which: string): Promise<number> {
  const { condition, values } = invoicesMeant(context);
  return (await context.tx.query(`${statement} where ${condition} and ${which}`, values)).rowCount ?? NaN;
}

/** The person's, or, once the time of retained ones is over and nobody may be named any more, those retained under these references. */
function invoicesMeant(context: Context): ReturnType<typeof rowsOfPerson> {
  const references = context.order.retention_refs;
  return references ? { condition: "invoice_id = any($1)", values: [references] } : rowsOfPerson(context, ["customer_id"]);
}

const orNotFound = <Part>(parts: readonly Part[]) => (parts.length > 0 ? parts : [notFound()]);
