import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";
import { generateSigningKey } from "../../src/participant";
import { createLogger } from "../../src/platform/logger";
import { type ErasureApi, openErasureApi, openShop, SUBMIT } from "./support/erasure-api";

/** What nobody but the subjects' room may keep, and nobody may say. */
const SECRETS = ["zuleika.quux@verysecret.example", "+491715550199", "qx-77-secret", "alias.quux@verysecret.example"];
const [EMAIL, PHONE, CUSTOMER, ALIAS] = SECRETS as [string, string, string, string];

/** In clear, upper case, percent-encoded, and as the encodings of bytes show them. */
const FORMS = SECRETS.flatMap((secret) => {
  const bytes = Buffer.from(secret);
  return [secret, encodeURIComponent(secret), bytes.toString("hex"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
}).map((form) => form.toLowerCase());
const leaksIn = (text: string): string[] => FORMS.filter((form) => text.toLowerCase().includes(form));

let api: ErasureApi;
let parrot: Server;
const logged: string[] = [];
/** Everything that was answered with errors. */
const refusals: string[] = [];

const ask = async (query: string, variables: Record<string, unknown>): Promise<void> => {
  const answer = await api.ask("olga", query, variables);
  if (answer.errors) refusals.push(JSON.stringify(answer));
};
const entry = (type: string, value: string) => ({ type, value });
const NO_ROW = "create or replace function refuse_row() returns trigger language plpgsql as $$ begin raise exception 'no: %', tg_argv[0] using detail = tg_argv[0]; end $$";

/** A database that refuses rows, and quotes a secret in its message. */
async function whileRefused(table: string, work: () => Promise<void>): Promise<void> {
  const { db } = api.company.world.deps;
  await db.query("testRefuseRow", NO_ROW);
  await db.query(`testRefuse_${table}`, `create trigger refuse_row before insert on ${table} for each row execute function refuse_row('${EMAIL}')`);
  await work();
  await db.query(`testTake_${table}`, `drop trigger refuse_row on ${table}`);
}

/** A service that says everything back, unsigned, and fails. */
async function openParrot(): Promise<void> {
  parrot = createServer((request, response) => {
    const said: Buffer[] = [];
    request.on("data", (part: Buffer) => said.push(part)).on("end", () => response.writeHead(500, { "x-said": EMAIL }).end(Buffer.concat(said)));
  });
  await new Promise<void>((resolve) => parrot.listen(0, "127.0.0.1", resolve));
  const input = {
    key: "parrot", name: "Parrot", kinds: ["discover", "erase", "verify"], publicKey: generateSigningKey().publicKey,
    endpointUrl: `http://127.0.0.1:${(parrot.address() as AddressInfo).port}/`,
  };
  expect(await api.codes("edda", "mutation ($input: RegisterServiceInput!) { registerService(input: $input) { id } }", { input })).toEqual([]);
  const dataset = { namespace: "s3://parrot", name: "words", service: "service:parrot", identifierTypes: ["email", "phone"] };
  expect(await api.codes("edda", "mutation ($input: RegisterDatasetInput!) { registerDataset(input: $input) { id } }", { input: dataset })).toEqual([]);
}

beforeAll(async () => {
  api = await openErasureApi({}, createLogger("trace", { write: (line) => void logged.push(line) }));
  await openShop(api, { people: [{ email: EMAIL, customer_id: CUSTOMER }], orders: [{ customer_id: CUSTOMER }], newsletter: [{ email: EMAIL }] });
  const gossip = { parts: [{ outcome: "FOUND", count: 1 }], identities: [{ identity_type: "email", identity_value: ALIAS }] } as const;
  await api.company.service("gossip", ["discover", "erase", "verify"], { rumours: { identifierTypes: ["email"], rows: [], handlers: { discover: () => gossip } } });
  await openParrot();
});
afterAll(async () => {
  await api?.close();
  parrot?.close();
});

it("no identifier of a person leaves the room of subjects, however an erasure goes", async () => {
  const identifiers = [entry("email", EMAIL), entry("phone", PHONE)];
  const { clock, deps } = api.company.world;

  // One that goes well, but for the parrot and for what the gossip says.
  const id = await api.submit(EMAIL, { identifiers, externalRef: "letter-1" });
  await api.company.settle();
  await whileRefused("erasure_task_parts", async () => {
    await api.approve(id);
    await api.company.settle();
  });
  for (let day = 0; day < 20; day += 1) {
    clock.advance("P2D");
    await api.company.settle();
  }

  // Refusals of every kind, with the person in them.
  await ask(SUBMIT, { input: { identifiers: [entry("email", ALIAS)], externalRef: "letter-1" } });
  for (const value of [`${EMAIL}\u0000`, `${EMAIL}\u200b`, EMAIL.repeat(40)]) await ask(SUBMIT, { input: { identifiers: [entry("email", value)] } });
  await ask(SUBMIT, { input: { identifiers: [entry("phone", EMAIL)] } });
  await ask(SUBMIT, { input: { identifiers: [entry(EMAIL, EMAIL)] } });
  await ask(SUBMIT, { input: { identifiers, regime: EMAIL, receivedAt: EMAIL } });
  await ask(SUBMIT, { input: { identifiers, ground: EMAIL } });
  await ask(`mutation { submitErasureRequest(input: { identifiers: "${EMAIL}" }) { id } }`, {});
  await ask(`{ erasureRequest(id: ["${EMAIL}"]) { id }`, {});
  await ask("mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { id } }", { input: { id, kind: "ACKNOWLEDGEMENT", sentAt: "2026-03-02T09:00:00Z", channel: EMAIL } });
  await ask("mutation ($input: ReasonInput!) { cancelErasureRequest(input: $input) { id } }", { input: { id, code: EMAIL, note: PHONE } });
  await ask("query ($after: String) { erasureRequests(after: $after) { edges { cursor } } }", { after: EMAIL });
  await whileRefused("erasure_requests", () => ask(SUBMIT, { input: { identifiers } }));
  expect(refusals).toHaveLength(14);

  // Look-ups, a duplicate, and a reason with a note.
  await ask("query ($input: SuppressionLookup!) { isSuppressed(input: $input) }", { input: { identifiers, collectedAt: "2026-01-01T00:00:00Z" } });
  const other = await api.submit(EMAIL, { identifiers: [entry("email", EMAIL), entry("email", ALIAS)] });
  await ask("mutation ($input: ReasonInput!) { cancelErasureRequest(input: $input) { id } }", { input: { id: other, code: "other", note: `said ${PHONE}` } });
  const client = createWsClient({ url: `${api.server.url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${api.tokenOf("olga")}` } });
  const events = client.iterate({ query: "subscription ($id: ID!) { erasureRequestProgress(id: $id) { state } }", variables: { id: EMAIL } });
  refusals.push(JSON.stringify((await events.next()).value));
  await client.dispose();
  for (const path of [`/orders/${encodeURIComponent(EMAIL)}/receipt`, `/${EMAIL}`, `/graphql?query=${encodeURIComponent(EMAIL)}`]) {
    refusals.push(await (await fetch(`${api.server.url}${path}`, { method: path.includes("receipt") ? "POST" : "GET", body: path.includes("receipt") ? EMAIL : undefined })).text());
  }

  // What is left of it all.
  const dump = async (table: string) => (await deps.db.query<{ row: string }>(`testDump_${table}`, `select t::text as row from "${table}" t`)).map(({ row }) => row);
  const tables = await deps.db.query<{ name: string }>("testAllTables", "select tablename as name from pg_tables where schemaname = 'public'");
  const entries = await deps.db.query<{ entry: string }>("testAllEntries", "select convert_from(entry, 'UTF8') as entry from audit_inbox");
  const certificates = await deps.db.query<{ file: string }>("testCertificates", "select convert_from(file, 'UTF8') as file from erasure_certificates");
  const metrics = await (await fetch(`${api.server.url}/metrics`, { headers: { authorization: `Bearer ${api.tokenOf("rita")}` } })).text();
  const stored = (await Promise.all(tables.map(({ name }) => dump(name)))).flat();
  for (const left of [entries, certificates, logged, refusals, stored]) expect(left.length).toBeGreaterThan(0);
  expect(logged.join()).toContain('"level":50');
  expect(metrics).toContain("cadastre_http_requests_total");
  for (const text of [...entries.map(({ entry: bytes }) => bytes), ...certificates.map(({ file }) => file), ...logged, ...refusals, ...stored, metrics]) {
    expect([text.slice(0, 300), leaksIn(text)]).toEqual([expect.anything(), []]);
  }
});
