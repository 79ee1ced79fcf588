import { createDispatcher } from "../../src/dispatch";
import { readConfig } from "../../src/platform/config";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { createDataSource } from "../../src/platform/database/data-source";
import { createReader, createTransaction } from "../../src/platform/database/transaction";
import type { Deps } from "../../src/platform/deps";
import { systemIds } from "../../src/platform/ids";
import { createLogger } from "../../src/platform/logger";
import { createOutbound, type Outbound } from "../../src/platform/outbound/outbound";
import { createTestOwner } from "../dispatch/support/test-owner";

/** Where the process stops and waits to be killed. */
export const POINTS = ["claiming", "claimed", "called", "recording", "recorded", "nowhere"] as const;
export type Point = (typeof POINTS)[number];

export interface WorkerSettings {
  readonly databaseUrl: string;
  readonly keysFile: string;
  /** The clock stands still at it. */
  readonly now: string;
  readonly stopAt: Point;
}

/** A worker in a process of its own, which delivers orders until it comes to a point; it says so on its standard output and goes no further. */
async function main({ databaseUrl, keysFile, now, stopAt }: WorkerSettings): Promise<void> {
  const clock = { now: () => new Date(now) };
  const config = readConfig({ CADASTRE_KEYS_FILE: keysFile, CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8", CADASTRE_LOG_LEVEL: "silent" });
  const source = createDataSource(databaseUrl, { poolSize: 5 });
  await source.initialize();
  const around = { clock, config, ids: systemIds(clock), keyring: loadKeyring(config.keysFile, clock) };
  const deps: Deps = { ...around, log: createLogger(config.logLevel), db: createReader(source, around), transaction: createTransaction(source, around) };

  const owner = await createTestOwner(deps);
  const { renderOrders, recordEvents } = owner;
  owner.renderOrders = async (reader, orders) => {
    await pass("claimed", stopAt);
    return renderOrders(reader, orders);
  };
  owner.recordEvents = async (tx, events) => {
    const recording = events.some((event) => event.type === "ANSWERED");
    await recordEvents(tx, events);
    await pass(recording ? "recording" : "claiming", stopAt);
    if (recording) tx.afterCommit(() => void pass("recorded", stopAt));
  };
  createDispatcher(deps, { outbound: passing(createOutbound({ allow: config.outboundAllow }), stopAt), owners: [owner] }).start();
}

const passing = (outbound: Outbound, stopAt: Point): Outbound => ({
  ...outbound,
  post: async (url, request) => {
    const response = await outbound.post(url, request);
    await pass("called", stopAt);
    return response;
  },
});

function pass(point: Point, stopAt: Point): Promise<void> {
  if (point !== stopAt) return Promise.resolve();
  process.stdout.write(`${point}\n`);
  return new Promise(() => undefined);
}

void main(JSON.parse(process.argv[2] ?? "{}") as WorkerSettings);
