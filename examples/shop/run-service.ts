import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "pg";
import { auditClient, createParticipant, toNodeHandler } from "../../src/participant";
import { exampleSigningKey } from "./example-keys";
import { keepBehindCadastresBack } from "./lie";
import { PostgresOrderStore } from "./order-store";
import type { ShopService } from "./service";
import { prepareDatabase } from "./shop-database";

export interface Surroundings {
  readonly databaseUrl: string;
  readonly port: number;
  readonly cadastreUrl: string;
  /** The service's bearer token, for permits and to report accesses. */
  readonly token: string | undefined;
  /** Keep what was told to erase, in a table that nobody declared. */
  readonly lies: boolean;
  /** Ends the service. */
  readonly stop: AbortSignal;
}

/** Serves until told to stop. */
export async function runService(service: ShopService, { databaseUrl, port, cadastreUrl, token, lies, stop }: Surroundings): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 4 });
  try {
    await prepareDatabase(pool, service);
    if (lies) await keepBehindCadastresBack(pool, service);
    const participant = createParticipant({
      service: service.key,
      privateKey: exampleSigningKey(service.key),
      trust: { keysUrl: `${cadastreUrl}/orders/keys` },
      datasets: service.datasets,
      store: new PostgresOrderStore(pool),
      cadastreUrl,
      token,
    });
    const server = await listen(toNodeHandler(participant), port);
    console.log(`${service.key} listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const audit = token === undefined ? undefined : auditClient({ url: cadastreUrl, token });
    if (audit) await service.openDesk?.(pool, audit);
    await repeatUntil(stop, () => service.workOff?.(pool, participant));
    await Promise.all([close(server), audit?.close(CLOSE_AUDIT_MS)]);
  } finally {
    await pool.end();
  }
}

const LOOK_EVERY_MS = 250;
const CLOSE_AUDIT_MS = 1_000;

async function repeatUntil(stop: AbortSignal, work: () => Promise<void> | undefined): Promise<void> {
  while (!stop.aborted) {
    await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    await work()?.catch((error: unknown) => {
      // Not its message, which may hold personal data. The work is still noted, and will be done later.
      console.error(`${error instanceof Error ? error.name : "Something"} interrupted the background work`);
    });
  }
}

function listen(handler: RequestListener, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
