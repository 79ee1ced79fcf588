import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { World } from "../../support/setup";
import { waitFor } from "../../support/wait-for";

const ROOT = join(__dirname, "../../..");

export interface ServerProcess {
  readonly url: string;
  stop(): Promise<void>;
  /** As `kill -9` does. */
  kill(): Promise<void>;
}

/** `npm start` without npm: a process of its own on a test's database, with the doors alone unless other roles are given. */
export async function startServerProcess({ databaseUrl, deps }: World, roles = "api"): Promise<ServerProcess> {
  const port = await freePort();
  const { PATH = "" } = process.env;
  const environment = { PATH, PORT: String(port), DATABASE_URL: databaseUrl, CADASTRE_DATA_DIR: deps.config.dataDir, CADASTRE_ROLES: roles, CADASTRE_LOG_LEVEL: "error" };
  const child = spawn(process.execPath, ["--require", "./scripts/swc-register.cjs", "src/main.ts"], { cwd: ROOT, env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await waitFor(() => output.includes("Cadastre serves"), { deadlineMs: 30_000 });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      if (child.exitCode === null) child.kill("SIGTERM");
      await exit;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
