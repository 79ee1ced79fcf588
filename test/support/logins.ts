import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { createEmptyDatabase, SERVER_VARIABLE } from "./test-database";

/** A database without tables that belongs to a login of its own, who may only what is given here (`createrole`). */
export interface OwnDatabase {
  readonly login: string;
  /** Reaches it as that login. */
  readonly url: string;
  /** Runs SQL on the server as its administrator. */
  administer(sql: string): Promise<void>;
  /** Takes the login away, too, and the roles named. */
  drop(roles?: readonly string[]): Promise<void>;
}

export async function createOwnDatabase(rights = ""): Promise<OwnDatabase> {
  const login = `test_login_${randomBytes(4).toString("hex")}`;
  const database = await createEmptyDatabase();
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  await administer(`create role ${login} login password 'secret' ${rights}; alter database ${name} owner to ${login}`);
  url.username = login;
  url.password = "secret";
  return {
    login,
    url: url.href,
    administer,
    drop: async (roles = []) => {
      await database.drop();
      await administer([...roles, login].map((role) => `drop role if exists ${role}`).join(";"));
    },
  };
}

async function administer(sql: string): Promise<void> {
  const server = new Client({ connectionString: process.env[SERVER_VARIABLE] });
  await server.connect();
  try {
    await server.query(sql);
  } finally {
    await server.end();
  }
}
