import { Client } from "pg";

/** Makes these databases anew on the server, whatever was in them; answers the URL of each. */
export async function makeDatabases(serverUrl: string, names: readonly string[]): Promise<Map<string, string>> {
  const urlOf = (database: string): string => Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;
  const server = new Client({ connectionString: urlOf("postgres") });
  await server.connect();
  try {
    for (const name of names) {
      await server.query(`drop database if exists ${name} with (force)`);
      await server.query(`create database ${name}`);
    }
  } finally {
    await server.end();
  }
  return new Map(names.map((name) => [name, urlOf(name)]));
}
