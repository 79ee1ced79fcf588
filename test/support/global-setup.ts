import { resolve } from "node:path";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/platform/database/embedded-postgres";
import { dropAbandonedDatabases, SERVER_VARIABLE } from "./test-database";

declare global {
  /** For global-teardown.ts, which runs in the same process. */
  var testServer: EmbeddedPostgres | undefined;
}

/**
 * One database server for the whole run, kept in `.data/test-18` between runs and shared with runs beside this one.
 * `CADASTRE_TEST_POSTGRES=15` takes the older release, `CADASTRE_TEST_DATABASE_URL` any other server (a user who may create databases).
 */
export default async function globalSetup(): Promise<void> {
  const url = process.env.CADASTRE_TEST_DATABASE_URL;
  if (url) {
    process.env[SERVER_VARIABLE] = url;
    return;
  }
  const binaries = process.env.CADASTRE_TEST_POSTGRES === "15" ? "15" : "18";
  const dataDir = resolve(__dirname, `../../.data/test-${binaries}`);
  // What a power failure may damage here is made again from the migrations.
  const settings = { fsync: "off", full_page_writes: "off", synchronous_commit: "off", max_connections: "300" };
  globalThis.testServer = await startEmbeddedPostgres({ dataDir, binaries, settings }).catch((error: Error) => {
    throw new Error(`The tests' database did not start; if ${dataDir} is damaged, remove it: ${error.message}`, { cause: error });
  });
  process.env[SERVER_VARIABLE] = globalThis.testServer.url;
  await dropAbandonedDatabases();
}
