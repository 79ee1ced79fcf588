import { appendAuditEntries } from "../../src/audit";
import { publishCheckpoint } from "../../src/audit/use-cases/publish-checkpoint";
import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import { readConfig } from "../../src/platform/config";
import { systemClock } from "../../src/platform/clock";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { createDataSource } from "../../src/platform/database/data-source";
import { createReader, createTransaction } from "../../src/platform/database/transaction";
import type { Deps } from "../../src/platform/deps";
import { systemIds } from "../../src/platform/ids";
import { createLogger } from "../../src/platform/logger";

export interface LogProcessSettings {
  readonly databaseUrl: string;
  readonly role?: string;
  readonly keysFile: string;
  /** What the processes before it were not called. */
  readonly name: string;
}

const WRITERS = 2;

/** Writes entries of every kind, sequences and publishes, as fast as it can, until it is killed. Says, a line for each commit, the purposes of its entries. */
async function main({ databaseUrl, role, keysFile, name }: LogProcessSettings): Promise<void> {
  const config = readConfig({ CADASTRE_KEYS_FILE: keysFile, CADASTRE_LOG_LEVEL: "silent" });
  const source = await createDataSource(databaseUrl, { poolSize: 2 * WRITERS + 2, role }).initialize();
  const around = { clock: systemClock, config, ids: systemIds(systemClock), keyring: loadKeyring(config.keysFile) };
  const deps: Deps = { ...around, log: createLogger(config.logLevel), db: createReader(source, around), transaction: createTransaction(source, around) };

  let written = 0;
  const purposes = (count: number): string[] => Array.from({ length: count }, () => `${name}-${(written += 1)}`);
  const change = async (): Promise<void> => {
    const made = purposes(1 + (written % 3));
    await deps.transaction((tx) => appendAuditEntries(tx, made.map((purpose) => ({ action: "catalog.register-service", actor: "ada", purpose }))));
    acknowledge(made);
  };
  const access = async (): Promise<void> => {
    const made = purposes(1 + (written % 40));
    const event = { at: deps.clock.now(), actor: "clerk-7", dataset: "dataset:postgres%3A%2F%2Fcrm:people", basis: "contract", allowed: true };
    await recordAccessEvents(deps, made.map((purpose) => ({ event: { ...event, eventId: purpose, purpose }, reporter: "service:crm" })));
    acknowledge(made);
  };
  const again = async (work: () => Promise<unknown>): Promise<never> => {
    for (;;) await work();
  };
  const works = [() => sequenceEntries(deps), () => publishCheckpoint(deps), ...Array.from({ length: WRITERS }, () => [change, access]).flat()];
  await Promise.all(works.map(again));
}

const acknowledge = (purposes: readonly string[]): void => void process.stdout.write(`${purposes.join(" ")}\n`);

void main(JSON.parse(process.argv[2]!) as LogProcessSettings);
