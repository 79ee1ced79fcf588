import { ensureBootstrapToken } from "../access";
import { warmPicture } from "../lineage/jobs/warm-picture";
import type { Config } from "../platform/config";
import type { Deps } from "../platform/deps";
import { Metrics } from "../platform/http/metrics";
import { requireOwnKeys } from "../subjects";
import { type Api, startApi } from "./api";
import { watchAuditLog } from "./audit-gauges";
import { compose, type Foundations, openDatabase } from "./compose";
import { createWorkers } from "./workers";

/** How long requests and calls in hand may take once we were told to stop. */
const DRAIN_MS = 10_000;

/** A process that serves. */
export interface Running {
  readonly deps: Deps;
  /** Where it listens; absent where it only works in the background. */
  readonly url?: string;
  /** Takes nothing new, finishes what is in hand, then lets go of the database. */
  stop(): Promise<void>;
}

/** Runs the roles of the configuration until `stop` or a signal; says on standard output where, and once the first token. */
export async function serve(config: Config): Promise<Running> {
  const foundations = await compose(config);
  const { deps } = foundations;
  try {
    await requireOwnKeys(deps);
    const metrics = new Metrics();
    watchAuditLog(deps.db, metrics);
    const workers = config.roles.has("worker") ? createWorkers(deps, metrics) : [];
    const api = config.roles.has("api") ? await openDoors(foundations, metrics) : undefined;
    for (const worker of workers) worker.start();
    say(api === undefined ? "Cadastre works in the background" : `Cadastre serves ${api.url}`);
    const warming = api && warmPicture(deps);

    const stop = once(async () => {
      await Promise.all([api?.close(DRAIN_MS), warming, ...workers.map((worker) => worker.stop())]);
      await foundations.close();
    });
    listenToProcess(stop, deps);
    return { deps, url: api?.url, stop };
  } catch (error) {
    await foundations.close();
    throw error;
  }
}

/** Brings the database of the configuration up to this version and lets go of it. */
export async function migrate(config: Config): Promise<void> {
  await (await openDatabase(config, { say, warn: say })).close();
}

/** The token is said before the doors open: should that fail, it would be lost. */
async function openDoors({ deps, checks }: Foundations, metrics: Metrics): Promise<Api> {
  const token = await ensureBootstrapToken(deps);
  if (token !== undefined) say(`First admin token, shown only now: ${token}`);
  return startApi(deps, { port: deps.config.port, host: deps.config.host, metrics, checks });
}

/** The first signal stops in order, a second one at once. A crash is logged by us, because Node would print what the error quotes. */
function listenToProcess(stop: () => Promise<void>, { log }: Deps): void {
  const drain = (signal: NodeJS.Signals): void => {
    log.info({ signal }, "stopping");
    stop().catch((error: unknown) => {
      log.fatal({ err: error }, "could not stop in order");
      process.exitCode = 1;
    });
  };
  process.once("SIGTERM", drain).once("SIGINT", drain);
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "crashed");
    process.exit(1);
  });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= work());
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
