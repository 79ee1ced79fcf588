import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";
import { generateSigningKey } from "../../src/participant";
import { createLogger } from "../../src/platform/logger";
import { asOwner } from "../support/as-owner";
import { type ErasureApi, openErasureApi, openShop, SUBMIT } from "./support/erasure-api";

/** What nobody but the subjects' room may keep, and nobody may say. */
const [EMAIL, PHONE, CUSTOMER, ALIAS] = ["zuleika.quux@verysecret.example", "+491715550199", "qx-77-secret", "alias.quux@verysecret.example"] as const;

/** In clear, percent-encoded, and as the encodings of bytes show them; in any case. */
const FORMS = [EMAIL, PHONE, CUSTOMER, ALIAS].flatMap((secret) => {
  const bytes = Buffer.from(secret);
  const encoded = [encodeURIComponent(secret), bytes.toString("hex"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
  return [secret, ...encoded].map((form) => form.toLowerCase());
});
const leaksIn = (text: string): string[] => FORMS.filter((form) => text.toLowerCase().includes(form));

const identifier = (type: string, value: string) => ({ type, value });
const ADA = [identifier("email", EMAIL), identifier("phone", PHONE)];

const NOTICE = "mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { id } }";
const CANCEL = "mutation ($input: ReasonInput!) { cancelErasureRequest(input: $input) { id } }";
const SUPPRESSED = "query ($input: SuppressionLookup!) { isSuppressed(input: $input) }";
const REGISTER_SERVICE = "mutation ($input: RegisterServiceInput!) { registerService(input: $input) { id } }";
const REGISTER_DATASET = "mutation ($input: RegisterDatasetInput!) { registerDataset(input: $input) { id } }";

let api: ErasureApi;
let parrot: Server;
const logged: string[] = [];
/** Everything that was answered with errors. */
const refusals: string[] = [];

beforeAll(async () => {
  api = await openErasureApi({}, createLogger("trace", { write: (line) => void logged.push(line) }));
  await openShop(api, { people: [{ email: EMAIL, customer_id: CUSTOMER }], orders: [{ customer_id: CUSTOMER }], newsletter: [{ email: EMAIL }] });
  const gossip = { parts: [{ outcome: "FOUND", count: 1 }], identities: [{ identity_type: "email", identity_value: ALIAS }] } as const;
  const rumours = { identifierTypes: ["email"], rows: [], handlers: { discover: () => gossip } };
  await api.company.service("gossip", ["discover", "erase", "verify"], { rumours });
  await openParrot();
});
afterAll(async () => {
  await api?.close();
  parrot?.close();
});

/** A service that says everything back, unsigned, and fails. */
async function openParrot(): Promise<void> {
  parrot = createServer((request, response) => {
    const said: Buffer[] = [];
    request.on("data", (part: Buffer) => said.push(part)).on("end", () => response.writeHead(500, { "x-said": EMAIL }).end(Buffer.concat(said)));
  });
  await new Promise<void>((resolve) => parrot.listen(0, "127.0.0.1", resolve));
  const endpointUrl = `http://127.0.0.1:${(parrot.address() as AddressInfo).port}/`;
  const service = { key: "parrot", name: "Parrot", kinds: ["discover", "erase", "verify"], publicKey: generateSigningKey().publicKey, endpointUrl };
  expect(await api.codes("edda", REGISTER_SERVICE, { input: service })).toEqual([]);
  const dataset = { namespace: "s3://parrot", name: "words", service: "service:parrot", identifierTypes: ["email", "phone"] };
  expect(await api.codes("edda", REGISTER_DATASET, { input: dataset })).toEqual([]);
}

/** A database that refuses rows, and quotes the person in its message. */
async function whileRefused(table: string, work: () => Promise<void>): Promise<void> {
  const { deps } = api.company.world;
  await asOwner(
    deps,
    "testRefuseFunction",
    `create or replace function refuse_row() returns trigger language plpgsql as $$
     begin raise exception 'no: %', tg_argv[0] using detail = tg_argv[0]; end $$`,
  );
  await asOwner(deps, `testRefuse_${table}`, `create trigger refuse_row before insert on ${table} for each row execute function refuse_row('${EMAIL}')`);
  await work();
  await asOwner(deps, `testTake_${table}`, `drop trigger refuse_row on ${table}`);
}

async function ask(query: string, variables: Record<string, unknown>): Promise<void> {
  const answer = await api.ask("olga", query, variables);
  if (answer.errors) refusals.push(JSON.stringify(answer));
}

/** To its certificate, with a database that fails for a while, a service that never succeeds, and one that tells tales. */
async function eraseWithDifficulty(): Promise<string> {
  const id = await api.submit(EMAIL, { identifiers: ADA, externalRef: "letter-1" });
  await api.company.settle();
  await whileRefused("erasure_task_parts", async () => {
    await api.approve(id);
    await api.company.settle();
  });
  for (let attempt = 0; attempt < 20; attempt += 1) {
    api.company.world.clock.advance("P2D");
    await api.company.settle();
  }
  return id;
}

/** Refusals of every kind, with the person in them. */
async function askWrongly(id: string): Promise<void> {
  await ask(SUBMIT, { input: { identifiers: [identifier("email", ALIAS)], externalRef: "letter-1" } });
  for (const value of [`${EMAIL}\u0000`, `${EMAIL}\u200b`, EMAIL.repeat(40)]) await ask(SUBMIT, { input: { identifiers: [identifier("email", value)] } });
  await ask(SUBMIT, { input: { identifiers: [identifier("phone", EMAIL)] } });
  await ask(SUBMIT, { input: { identifiers: [identifier(EMAIL, EMAIL)] } });
  await ask(SUBMIT, { input: { identifiers: ADA, regime: EMAIL, receivedAt: EMAIL } });
  await ask(SUBMIT, { input: { identifiers: ADA, ground: EMAIL } });
  await ask(`mutation { submitErasureRequest(input: { identifiers: "${EMAIL}" }) { id } }`, {});
  await ask(`{ erasureRequest(id: ["${EMAIL}"]) { id }`, {});
  await ask(NOTICE, { input: { id, kind: "ACKNOWLEDGEMENT", sentAt: "2026-03-02T09:00:00Z", channel: EMAIL } });
  await ask(CANCEL, { input: { id, code: EMAIL, note: PHONE } });
  await ask("query ($after: String) { erasureRequests(after: $after) { edges { cursor } } }", { after: EMAIL });
  await whileRefused("erasure_requests", () => ask(SUBMIT, { input: { identifiers: ADA } }));
  expect(refusals).toHaveLength(14);

  const connectionParams = { authorization: `Bearer ${api.tokenOf("olga")}` };
  const client = createWsClient({ url: `${api.server.url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, connectionParams });
  const events = client.iterate({ query: "subscription ($id: ID!) { erasureRequestProgress(id: $id) { state } }", variables: { id: EMAIL } });
  refusals.push(JSON.stringify((await events.next()).value));
  await client.dispose();
  const person = encodeURIComponent(EMAIL);
  const requests: [string, RequestInit][] = [[`/orders/${person}/receipt`, { method: "POST", body: EMAIL }], [`/${person}`, {}], [`/graphql?query=${person}`, {}]];
  for (const [path, init] of requests) refusals.push(await (await fetch(api.server.url + path, init)).text());
}

/** A look-up, a duplicate with one identifier more, and a note. */
async function askOddly(): Promise<void> {
  await ask(SUPPRESSED, { input: { identifiers: ADA, collectedAt: "2026-01-01T00:00:00Z" } });
  const other = await api.submit(EMAIL, { identifiers: [identifier("email", EMAIL), identifier("email", ALIAS)] });
  await ask(CANCEL, { input: { id: other, code: "other", note: `said ${PHONE}` } });
}

it("no identifier of a person leaves the room of subjects, however an erasure goes", async () => {
  const { db } = api.company.world.deps;
  await askWrongly(await eraseWithDifficulty());
  await askOddly();

  const rowsOf = async (name: string, sql: string): Promise<string[]> => (await db.query<{ row: string }>(name, sql)).map(({ row }) => row);
  const entries = await rowsOf("testAllEntries", "select convert_from(entry, 'UTF8') as row from audit_inbox");
  const certificates = await rowsOf("testCertificates", "select convert_from(file, 'UTF8') as row from erasure_certificates");
  const tables = await rowsOf("testAllTables", "select tablename as row from pg_tables where schemaname = 'public'");
  const stored = (await Promise.all(tables.map((table) => rowsOf(`testDump_${table}`, `select t::text as row from "${table}" t`)))).flat();
  const metrics = await (await fetch(`${api.server.url}/metrics`, { headers: { authorization: `Bearer ${api.tokenOf("rita")}` } })).text();

  for (const left of [entries, certificates, stored, logged, refusals]) expect(left.length).toBeGreaterThan(0);
  expect(logged.join()).toContain('"level":50');
  expect(metrics).toContain("cadastre_http_requests_total");
  for (const text of [...entries, ...certificates, ...stored, ...logged, ...refusals, metrics]) {
    expect([text.slice(0, 300), leaksIn(text)]).toEqual([expect.anything(), []]);
  }
});
