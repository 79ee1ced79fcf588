import type { DataSource } from "typeorm";
import { LOG_ROLES } from "../audit";
import { FileClock, systemClock } from "../platform/clock";
import type { Config } from "../platform/config";
import { loadKeyring } from "../platform/crypto/keyring";
import { createDataSource } from "../platform/database/data-source";
import { startEmbeddedPostgres } from "../platform/database/embedded-postgres";
import { migrate } from "../platform/database/migrate";
import { ensureRoles } from "../platform/database/roles";
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
  const database = await openDatabase(config, { say: (line) => log.info(line), warn: (line) => log.warn(line) });
  const { source } = database;
  const deps: Deps = { ...around, log, db: createReader(source, around), transaction: createTransaction(source, around) };
  return { deps, checks: databaseChecks(source, deps.db), close: database.close };
}

interface Database {
  readonly source: DataSource;
  close(): Promise<void>;
}

interface Voice {
  say(line: string): void;
  warn(line: string): void;
}

/** Opens the configured database, or our own, and brings it up to this version. The connections of `source` act as the ordinary role, where that can be had. */
export async function openDatabase({ databaseUrl, dataDir }: Config, voice: Voice): Promise<Database> {
  const embedded = databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir, log: voice.say }) : undefined;
  const url = databaseUrl ?? embedded!.url;
  try {
    const role = await prepareDatabase(url, voice);
    const source = await createDataSource(url, { rows: ROW_CLASSES, role }).initialize();
    const close = async (): Promise<void> => {
      if (source.isInitialized) await source.destroy();
      await embedded?.stop();
    };
    return { source, close };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** As the login: makes tables and roles. Answers whom connections are to act as. */
async function prepareDatabase(url: string, { say, warn }: Voice): Promise<string | undefined> {
  const source = await createDataSource(url, { poolSize: 1 }).initialize();
  try {
    const ran = await migrate(source);
    if (ran.length > 0) say(`migrated the database: ${ran.join(", ")}`);
    const outcome = await ensureRoles(source, LOG_ROLES);
    if (outcome.role === undefined) warn(`the audit log is append-only by triggers alone, because connections cannot act as roles of their own: ${outcome.reason}`);
    return outcome.role;
  } finally {
    await source.destroy();
  }
}
