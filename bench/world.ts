import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataSource } from "typeorm";
import { LOG_ROLES } from "../src/audit";
import { readConfig } from "../src/platform/config";
import { systemClock } from "../src/platform/clock";
import { loadKeyring } from "../src/platform/crypto/keyring";
import { createDataSource } from "../src/platform/database/data-source";
import { startEmbeddedPostgres } from "../src/platform/database/embedded-postgres";
import { migrate } from "../src/platform/database/migrate";
import { ensureRoles } from "../src/platform/database/roles";
import { createReader, createTransaction } from "../src/platform/database/transaction";
import type { Deps } from "../src/platform/deps";
import { systemIds } from "../src/platform/ids";
import { createLogger } from "../src/platform/logger";

export interface BenchWorld {
  /** As in real use: its connections act as the ordinary role. */
  readonly deps: Deps;
  /** For what only the owner of the tables may do: tables and indexes of the benchmark's own, COPY, statistics. */
  readonly owner: Deps;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** An empty Cadastre on a new embedded PostgreSQL with its settings for real use: every commit is flushed to the disk. */
export async function openBenchWorld(): Promise<BenchWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), "cadastre-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const owning = await createDataSource(postgres.url, { poolSize: 20 }).initialize();
  await migrate(owning);
  const { role } = await ensureRoles(owning, LOG_ROLES);
  const acting = await createDataSource(postgres.url, { poolSize: 20, role }).initialize();
  const config = readConfig({ CADASTRE_DATA_DIR: dataDir, CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8", CADASTRE_LOG_LEVEL: "error" });
  const around = { clock: systemClock, ids: systemIds(systemClock), config, keyring: loadKeyring(config.keysFile) };
  const depsOn = (source: DataSource): Deps => ({
    ...around, log: createLogger(config.logLevel), db: createReader(source, around), transaction: createTransaction(source, around),
  });
  return {
    deps: depsOn(acting),
    owner: depsOn(owning),
    databaseUrl: postgres.url,
    close: async () => {
      await Promise.all([acting.destroy(), owning.destroy()]);
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
