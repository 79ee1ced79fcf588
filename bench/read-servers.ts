import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { startApi } from "../src/app/api";
import { compose } from "../src/app/compose";
import { createWorkers } from "../src/app/workers";
import { readConfig } from "../src/platform/config";
import type { Deps } from "../src/platform/deps";
import { Metrics } from "../src/platform/http/metrics";
import type * as mercuriusServer from "./mercurius";
import { READ_SQL } from "./read-query";

/** Ours; ours with what works in the background; Mercurius on the same SQL and loaders; a bare handler that passes on what one statement answers. */
const SERVERS = {
  cadastre: serveCadastre,
  working: (deps: Deps) => serveCadastre(deps, true),
  // A development package: whoever runs the other benchmarks need not have it.
  mercurius: (deps: Deps) => (require("./mercurius") as typeof mercuriusServer).serveMercurius(deps),
  bare: serveBare,
};
export type ServerName = keyof typeof SERVERS;

export interface ReadServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one of the servers in a process of its own, on a database that is there already. All have the same pool and the same settings of Node. */
export async function startReadServer(name: ServerName, databaseUrl: string, dataDir: string): Promise<ReadServer> {
  const environment = { ...process.env, DATABASE_URL: databaseUrl, CADASTRE_DATA_DIR: dataDir, CADASTRE_LOG_LEVEL: "warn" };
  const child: ChildProcess = fork(__filename, ["--serve", name], { execArgv: process.execArgv, env: environment });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("message", (message) => resolve(message as string));
    child.once("exit", () => reject(new Error(`${name} did not start`)));
  });
  return {
    url,
    close: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

async function serveCadastre(deps: Deps, isWorking = false): Promise<string> {
  const metrics = new Metrics();
  const { url } = await startApi(deps, { port: 0, host: "127.0.0.1", metrics, checks: [] });
  if (isWorking) for (const worker of createWorkers(deps, metrics)) worker.start();
  return `${url}/graphql`;
}

async function serveBare({ db, clock }: Deps): Promise<string> {
  const answer = async (response: ServerResponse): Promise<void> => {
    const [row] = await db.query<{ body: string }>("benchRead", READ_SQL, [100, clock.now()]);
    response.writeHead(200, { "content-type": "application/json" }).end(row?.body);
  };
  const server = createServer((request, response) => {
    request.resume();
    answer(response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function serve(name: ServerName): Promise<void> {
  const { deps } = await compose(readConfig(process.env));
  process.send?.(await SERVERS[name](deps));
  process.once("disconnect", () => process.exit());
}

if (process.argv[2] === "--serve") void serve(process.argv[3] as ServerName);
