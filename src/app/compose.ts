import type { DataSource } from "typeorm";
import { FileClock, systemClock } from "../platform/clock";
import type { Config } from "../platform/config";
import { loadKeyring } from "../platform/crypto/keyring";
import { createDataSource } from "../platform/database/data-source";
import { startEmbeddedPostgres } from "../platform/database/embedded-postgres";
import { migrate } from "../platform/database/migrate";
import { createReader, createTransaction } from "../platform/database/transaction";
import type { Deps } from "../platform/deps";
import type { ReadinessCheck } from "../platform/http/health";
import { systemIds } from "../platform/ids";
import { createLogger } from "../platform/logger";
import { databaseChecks } from "./readiness";
import { ROW_CLASSES } from "./row-classes";

/** A process's foundations, and what its readiness depends on. */
export interface Foundations {
  readonly deps: Deps;
  readonly checks: readonly ReadinessCheck[];
  close(): Promise<void>;
}

/**
 * Lays the foundations from the configuration: keys, clock and the database, which is started first where none is given,
 * and brought up to this version. Fails with the reason where that is not possible, leaving nothing running.
 */
export async function compose(config: Config): Promise<Foundations> {
  const log = createLogger(config.logLevel);
  const clock = config.clockFile === undefined ? systemClock : new FileClock(config.clockFile);
  const around = { clock, config, ids: systemIds(clock), keyring: loadKeyring(config.keysFile, clock) };
  const database = await openDatabase(config, (line) => log.info(line));
  const { source } = database;
  const deps: Deps = { ...around, log, db: createReader(source, around), transaction: createTransaction(source, around) };
  return { deps, checks: databaseChecks(source, deps.db), close: database.close };
}

interface Database {
  readonly source: DataSource;
  close(): Promise<void>;
}

/** Opens the configured database, or our own, and brings it up to this version. */
export async function openDatabase({ databaseUrl, dataDir }: Config, say: (line: string) => void): Promise<Database> {
  const embedded = databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir, log: say }) : undefined;
  const source = createDataSource(databaseUrl ?? (embedded?.url as string), { rows: ROW_CLASSES });
  const close = async (): Promise<void> => {
    if (source.isInitialized) await source.destroy();
    await embedded?.stop();
  };
  try {
    await source.initialize();
    const ran = await migrate(source);
    if (ran.length > 0) say(`migrated the database: ${ran.join(", ")}`);
    return { source, close };
  } catch (error) {
    await close();
    throw error;
  }
}
