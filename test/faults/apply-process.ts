import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { readConfig } from "../../src/platform/config";
import { systemClock } from "../../src/platform/clock";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { createDataSource } from "../../src/platform/database/data-source";
import { createReader, createTransaction } from "../../src/platform/database/transaction";
import { systemIds } from "../../src/platform/ids";
import { createLogger } from "../../src/platform/logger";

export interface ApplySettings {
  readonly databaseUrl: string;
  readonly keysFile: string;
  readonly document: string;
}

/** Applies a descriptor in a process of its own, and says when it is done. */
async function main({ databaseUrl, keysFile, document }: ApplySettings): Promise<void> {
  const config = readConfig({ CADASTRE_KEYS_FILE: keysFile, CADASTRE_LOG_LEVEL: "silent" });
  const source = await createDataSource(databaseUrl, { poolSize: 2 }).initialize();
  const around = { clock: systemClock, config, ids: systemIds(systemClock), keyring: loadKeyring(config.keysFile) };
  const deps = { ...around, log: createLogger(config.logLevel), db: createReader(source, around), transaction: createTransaction(source, around) };
  await importDescriptors(deps, { actor: "ada", source: "s", format: "CADASTRE", document, dryRun: false });
  await source.destroy();
}

void main(JSON.parse(process.argv[2]!) as ApplySettings);
