import type { DataSource } from "typeorm";
import { readConfig } from "./src/platform/config";
import { createDataSource } from "./src/platform/database/data-source";
import { startEmbeddedPostgres } from "./src/platform/database/embedded-postgres";

/**
 * For the TypeORM command line, on the database that `npm start` would use:
 * `node --require ./scripts/swc-register.cjs node_modules/typeorm/cli.js migration:show -d ormconfig.ts`.
 */
export const dataSource = openDataSource();

async function openDataSource(): Promise<DataSource> {
  const { databaseUrl, dataDir } = readConfig(process.env);
  const { url, stop } = databaseUrl ? { url: databaseUrl, stop: async () => undefined } : await startEmbeddedPostgres({ dataDir });
  const source = createDataSource(url);
  source.setOptions({ logger: "advanced-console" });
  const destroy = source.destroy.bind(source);
  source.destroy = async () => {
    await destroy();
    await stop();
  };
  return source;
}
