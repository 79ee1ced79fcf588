import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createToken } from "../../src/access";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { checkEndpoint } from "../../src/dispatch/use-cases/check-endpoint";
import {
  accepted, createParticipant, done, erased, found, generateSigningKey, recalled, ReceiptNotTaken, toNodeHandler, type OrderContext, type Participant,
} from "../../src/participant";
import type { Deps } from "../../src/platform/deps";
import { type TestServer, startServer } from "../support/server";
import { setup, type World } from "../support/setup";

// A service that accepts orders to erase, asks Cadastre for a permit, and posts a receipt: everything over real HTTP.

let world: World;
let deps: Deps;
let server: TestServer;
const services: Server[] = [];
beforeAll(async () => {
  world = await setup({ config: { CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8" } });
  // The orders must say where the receipt goes, and the port is known only once somebody listens.
  const config = { ...world.deps.config, get publicUrl(): string { return server.url; } };
  deps = { ...world.deps, config };
  server = await startServer({ deps });
});
afterAll(async () => {
  services.forEach((service) => void service.close().closeAllConnections());
  await server.close();
  await world.close();
});

interface Desk {
  readonly participant: Participant;
  readonly rows: string[];
  /** Orders to erase, each as often as it was sent. */
  readonly sent: string[];
  readonly failures: unknown[];
}

const tokenOf = async (key: string): Promise<string> => (await createToken(deps, { principal: key, roles: ["service"], service: key, actor: "test" })).token;

async function openDesk(key: string, { heedsPermit = true } = {}): Promise<Desk> {
  const keys = generateSigningKey();
  const tickets = { namespace: "postgres://desk:5432", name: `${key}_tickets` };
  const desk: Desk = { rows: [], sent: [], failures: [], participant: undefined as never };
  const noted: (() => Promise<void>)[] = [];
  const dropped = new Set<string>();
  const of = ({ identifiers }: Pick<OrderContext, "identifiers">) => desk.rows.filter((row) => identifiers("email").email.includes(row));
  const work = async (context: OrderContext): Promise<void> => {
    const { orderId } = context.order;
    if (dropped.has(orderId)) return;
    const { permitted } = await participant.permit(orderId);
    if (!permitted && heedsPermit) return;
    await participant.complete(orderId, () => {
      const theirs = of(context);
      if (!context.dryRun) for (const row of theirs) desk.rows.splice(desk.rows.indexOf(row), 1);
      return [{ ...tickets, reply: erased(theirs.length) }];
    });
  };
  const participant = createParticipant({
    service: key, privateKey: keys.privateKey, trust: { keysUrl: `${server.url}/orders/keys` }, cadastreUrl: server.url, token: await tokenOf(key),
    clock: deps.clock, receipts: { attempts: 1, waitMs: 0 },
    datasets: [{
      ...tickets,
      verify: (context) => found(of(context).length),
      plant: ({ identifiers }) => done(desk.rows.push(...identifiers("email").email)),
      erase: (context) => {
        noted.push(() => work(context));
        return accepted();
      },
      recall: ({ order }) => {
        dropped.add(order.recall_of!);
        return recalled();
      },
    }],
  });
  const handle = participant.handle.bind(participant);
  participant.handle = async (request) => {
    const { kind, orderId } = JSON.parse(Buffer.from(request.body).toString()) as { kind: string; orderId: string };
    if (kind === "erase") desk.sent.push(orderId);
    const response = await handle(request);
    for (const job of noted.splice(0)) setImmediate(() => void job().catch((error: unknown) => desk.failures.push(error)));
    return response;
  };
  const http = createServer(toNodeHandler(participant));
  services.push(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const endpointUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  await registerService(deps, { actor: "edda", key, name: key, endpointUrl, publicKey: keys.publicKey, kinds: ["erase", "verify", "plant", "recall"] });
  await registerDataset(deps, { actor: "edda", ...tickets, service: key, identifierTypes: ["email"] });
  return Object.assign(desk, { participant });
}

const check = (key: string) => checkEndpoint(deps, { service: key, actor: "edda" }, { polling: { times: 100, waitMs: 20 } });
const failuresOf = ({ checks }: Awaited<ReturnType<typeof check>>) => checks.filter(({ passed }) => !passed).map(({ name, message }) => `${name} | ${message}`);
const permits = () =>
  deps.db.query<{ outcome: string }>("findPermits", "select outcome from audit_entry_facts where action = 'dispatch.take-permit' order by outcome");

test("passes: its permits are given, its receipts taken, and what is not permitted stays", async () => {
  const desk = await openDesk("desk");
  const report = await check("desk");
  expect(failuresOf(report)).toEqual([]);
  expect(report.checks.find(({ name }) => name.startsWith("permit:"))).toMatchObject({ passed: true, message: null });
  expect([desk.rows, desk.failures]).toEqual([[], []]);
  const outcomes = (await permits()).map(({ outcome }) => outcome);
  expect(outcomes.filter((outcome) => outcome === "denied")).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === "ok").length).toBeGreaterThan(5);
});

test("once the examination is over, nothing is permitted and no receipt taken for its orders", async () => {
  const desk = await openDesk("late");
  await check("late");
  const [orderId] = desk.sent;
  await expect(desk.participant.permit(orderId!)).rejects.toThrow("HTTP 404");
  await expect(desk.participant.complete(orderId!, [])).rejects.toBeInstanceOf(ReceiptNotTaken);
});

test("is found out when it erases what it has no permit for", async () => {
  await openDesk("hasty", { heedsPermit: false });
  expect(failuresOf(await check("hasty"))).toEqual([expect.stringMatching(/^permit: .*FOUND of a sentinel whose erasure was not permitted \(409\): .*hasty_tickets answered NOT_FOUND$/)]);
});

test("others have no permits of its orders", async () => {
  const desk = await openDesk("robbed");
  const stranger = await tokenOf("stranger");
  const statuses = new Set<number>();
  const handle = desk.participant.handle.bind(desk.participant);
  desk.participant.handle = async (request) => {
    const orderId = String(request.headers["webhook-id"] ?? randomUUID());
    statuses.add((await fetch(`${server.url}/orders/${orderId}/permit`, { headers: { authorization: `Bearer ${stranger}` } })).status);
    return handle(request);
  };
  expect(failuresOf(await check("robbed"))).toEqual([]);
  expect([...statuses]).toEqual([404]);
});
