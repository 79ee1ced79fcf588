import { type DataSource, MigrationExecutor, type QueryRunner } from "typeorm";

const OLDEST_RELEASE = 15;
const NEWEST_RELEASE = 18;
/** Any number, as long as it never changes: it keeps two versions of us apart as well. */
const ADVISORY_LOCK = "7235416011295";

/**
 * Brings the database up to this version of the code and returns the names of the migrations it ran; without any to run, it changes nothing.
 * Each migration commits by itself; a failed one leaves nothing of itself, and the next call starts with it. Of several processes that call this at once, one works and the others wait.
 * Refuses PostgreSQL releases other than 15 to 18, and a database that holds migrations unknown to this code.
 */
export async function migrate(source: DataSource): Promise<string[]> {
  const runner = source.createQueryRunner();
  try {
    checkRelease(await releaseOf(runner));
    return await holdMigrationLock(runner, async () => {
      const executor = new MigrationExecutor(source, runner);
      executor.transaction = "each";
      await refuseNewerDatabase(source, executor);
      return (await executor.executePendingMigrations()).map(({ name }) => name);
    });
  } finally {
    await runner.release();
  }
}

/** Only one process at a time changes what tables there are and who may use them. */
export async function holdMigrationLock<Result>(runner: QueryRunner, work: () => Promise<Result>): Promise<Result> {
  await runner.query("select pg_advisory_lock($1)", [ADVISORY_LOCK]);
  try {
    return await work();
  } finally {
    await runner.query("select pg_advisory_unlock($1)", [ADVISORY_LOCK]);
  }
}

/** Refuses major releases of PostgreSQL that we do not know. */
export function checkRelease(release: number): void {
  if (release < OLDEST_RELEASE || release > NEWEST_RELEASE) {
    throw new Error(`The database server is PostgreSQL ${release}; Cadastre works with ${OLDEST_RELEASE} to ${NEWEST_RELEASE}`);
  }
}

async function releaseOf(runner: QueryRunner): Promise<number> {
  const [row] = (await runner.query("select current_setting('server_version_num')::integer / 10000 as release")) as [{ release: number }];
  return row.release;
}

async function refuseNewerDatabase(source: DataSource, executor: MigrationExecutor): Promise<void> {
  const known = new Set(source.migrations.map(({ name }) => name));
  const unknown = (await executor.getExecutedMigrations()).map(({ name }) => name).filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new Error(`The database is newer than this version of Cadastre, which does not know its migrations ${unknown.join(", ")}; start the newer version, or restore a backup taken before it`);
  }
}
