import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../src/platform/config";
import { systemClock } from "../src/platform/clock";
import { loadKeyring } from "../src/platform/crypto/keyring";
import { createDataSource } from "../src/platform/database/data-source";
import { startEmbeddedPostgres } from "../src/platform/database/embedded-postgres";
import { migrate } from "../src/platform/database/migrate";
import { createReader, createTransaction } from "../src/platform/database/transaction";
import type { Deps } from "../src/platform/deps";
import { systemIds } from "../src/platform/ids";
import { createLogger } from "../src/platform/logger";

export interface BenchWorld {
  readonly deps: Deps;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** An empty Cadastre on a new embedded PostgreSQL with its settings for real use: every commit is flushed to the disk. */
export async function openBenchWorld(): Promise<BenchWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), "cadastre-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir });
  const source = createDataSource(postgres.url, { poolSize: 20 });
  await source.initialize();
  await migrate(source);
  const config = readConfig({ CADASTRE_DATA_DIR: dataDir, CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8", CADASTRE_LOG_LEVEL: "error" });
  const around = { clock: systemClock, ids: systemIds(systemClock), config, keyring: loadKeyring(config.keysFile) };
  return {
    deps: { ...around, log: createLogger(config.logLevel), db: createReader(source, around), transaction: createTransaction(source, around) },
    databaseUrl: postgres.url,
    close: async () => {
      await source.destroy();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
