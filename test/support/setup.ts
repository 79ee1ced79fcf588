import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/platform/config";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { createDataSource } from "../../src/platform/database/data-source";
import { createReader, createTransaction } from "../../src/platform/database/transaction";
import type { Deps } from "../../src/platform/deps";
import { systemIds } from "../../src/platform/ids";
import { createLogger } from "../../src/platform/logger";
import { loadRowClasses } from "./row-classes";
import { seededIds } from "./seeded-ids";
import { TestClock } from "./test-clock";
import { createTestDatabase } from "./test-database";

export interface World {
  readonly deps: Deps;
  readonly clock: TestClock;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

interface SetupOptions {
  /** Environment variables as in DESIGN.md. */
  readonly config?: Record<string, string>;
  /** Makes ids and random bytes repeatable. */
  readonly seed?: string;
}

/**
 * A world of its own for one test file: an empty migrated database, new keys, and a clock that stands at 2026-03-02T09:00:00Z. Its connections act as
 * the ordinary role, as in real use; `databaseUrl` is the owner's, and `asOwner` lends his rights.
 */
export async function setup({ config: overrides = {}, seed }: SetupOptions = {}): Promise<World> {
  const database = await createTestDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), "cadastre-test-"));
  const source = createDataSource(database.url, { poolSize: 10, rows: loadRowClasses(), role: database.role });
  const close = async (): Promise<void> => {
    if (source.isInitialized) await source.destroy();
    await database.drop();
    rmSync(dataDir, { recursive: true });
  };
  try {
    await source.initialize();
    const clock = new TestClock();
    const config = readConfig({ DATABASE_URL: database.url, CADASTRE_DATA_DIR: dataDir, CADASTRE_LOG_LEVEL: "silent", ...overrides });
    const around = { clock, config, ids: seed === undefined ? systemIds(clock) : seededIds(clock, seed), keyring: loadKeyring(config.keysFile, clock) };
    const deps: Deps = { ...around, log: createLogger(config.logLevel), db: createReader(source, around), transaction: createTransaction(source, around) };
    return { deps, clock, databaseUrl: database.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}
