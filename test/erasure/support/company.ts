import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { assignOwnership } from "../../../src/catalog/use-cases/assign-ownership";
import { registerDataset } from "../../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../../src/catalog/use-cases/register-entity";
import { registerService } from "../../../src/catalog/use-cases/register-service";
import { createDispatcher } from "../../../src/dispatch";
import { createAdvanceRequestsJob, erasureOrders, sentinelOrders } from "../../../src/erasure";
import {
  createParticipant, discovered, done, erased, found, generateSigningKey, type Handler, type Identity, notFound, type OrderContext, type OrderKind,
  type Participant, toNodeHandler,
} from "../../../src/participant";
import { createOutbound } from "../../../src/platform/outbound/outbound";
import { setup, type World } from "../../support/setup";

export type Person = Record<string, string>;

export interface DatasetOfService {
  readonly entities?: readonly string[];
  readonly identifierTypes: readonly string[];
  /** The service's records; handlers really look into them. */
  readonly rows: Person[];
  /** Handlers that differ from the honest ones. */
  readonly handlers?: { readonly [Kind in OrderKind]?: Handler<Kind> };
}

export interface Company {
  readonly world: World;
  /** Every order received, in order, by service. */
  readonly received: Map<string, { kind: string; identities: readonly Identity[] }[]>;
  service(key: string, kinds: readonly OrderKind[], datasets: Record<string, DatasetOfService>): Promise<Participant>;
  entity(key: string, owner: string, identifierTypes?: readonly string[]): Promise<void>;
  /** Delivers and advances until nothing moves at this instant. */
  settle(): Promise<void>;
  /** Advances requests until nothing moves, and delivers nothing. */
  advanceOnly(): Promise<void>;
  close(): Promise<void>;
}

export const NAMESPACE = "postgres://shop:5432";

/** A company of real HTTP services that keep their records in arrays, and a worker that moves when told. */
export async function createCompany(config: Record<string, string> = {}, log?: Logger): Promise<Company> {
  const env = { CADASTRE_COOLING_OFF: "PT0S", CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8", CADASTRE_PUBLIC_URL: "http://127.0.0.1:9", ...config };
  const bare = await setup({ config: env });
  const world = { ...bare, deps: { ...bare.deps, log: log ?? bare.deps.log } };
  const { deps } = world;
  const outbound = createOutbound({ allow: deps.config.outboundAllow });
  const dispatcher = createDispatcher(deps, { outbound, owners: [erasureOrders, sentinelOrders] });
  const advance = createAdvanceRequestsJob(deps);
  const servers: Server[] = [];
  const received: Company["received"] = new Map();
  const actor = "tester";

  return {
    world,
    received,
    async service(key, kinds, datasets) {
      const signing = generateSigningKey();
      const participant = createParticipant({
        service: key,
        privateKey: signing.privateKey,
        trust: { keys: deps.keyring.orderKeys.map((known) => known.publicKey) },
        clock: deps.clock,
        datasets: Object.entries(datasets).map(([name, dataset]) => ({ namespace: NAMESPACE, name, ...honestHandlers(dataset), ...dataset.handlers })),
      });
      const handle = toNodeHandler({
        handle: async (request) => {
          const order = JSON.parse(request.body.toString()) as { kind: string; subject_identities: Identity[] };
          received.set(key, [...(received.get(key) ?? []), { kind: order.kind, identities: order.subject_identities }]);
          return participant.handle(request);
        },
      });
      const server = createServer(handle);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cadastre`;
      await registerService(deps, { actor, key, name: key, endpointUrl, publicKey: signing.publicKey, kinds: [...kinds] });
      for (const [name, dataset] of Object.entries(datasets)) {
        await registerDataset(deps, { actor, namespace: NAMESPACE, name, service: key, entities: [...(dataset.entities ?? [])], identifierTypes: [...dataset.identifierTypes] });
      }
      return participant;
    },
    async entity(key, owner, identifierTypes = []) {
      await registerEntity(deps, { actor, key, name: key, identifierTypes: [...identifierTypes] });
      await assignOwnership(deps, { actor, entity: key, service: owner, role: "SYSTEM_OF_RECORD" });
    },
    async settle() {
      while ((await advance.runOnce()) + (await dispatcher.runOnce()) > 0);
    },
    async advanceOnly() {
      while ((await advance.runOnce()) > 0);
    },
    async close() {
      await outbound.close();
      await Promise.all(servers.map((server) => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); })));
      await world.close();
    },
  };
}

function honestHandlers({ rows, identifierTypes }: DatasetOfService) {
  const matching = (context: OrderContext): Person[] => {
    const asked = context.identifiers(...identifierTypes);
    return rows.filter((row) => identifierTypes.some((type) => asked[type]?.includes(row[type] ?? "") ?? false));
  };
  return {
    discover: (context: OrderContext) => {
      const identities = matching(context).flatMap((row) => Object.entries(row).filter(([type]) => identifierTypes.includes(type)));
      return discovered(matching(context).length, identities.map(([identity_type, identity_value]) => ({ identity_type, identity_value })));
    },
    verify: (context: OrderContext) => (matching(context).length > 0 ? found(matching(context).length) : notFound()),
    erase: (context: OrderContext) => {
      const gone = matching(context);
      if (!context.dryRun) for (const row of gone) rows.splice(rows.indexOf(row), 1);
      return erased(gone.length);
    },
    plant: (context: OrderContext) => {
      const asked = context.identifiers(...identifierTypes);
      rows.push(Object.fromEntries(identifierTypes.map((type) => [type, asked[type]?.[0] ?? ""])));
      return done(1);
    },
  };
}
