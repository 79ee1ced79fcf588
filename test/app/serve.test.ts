import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

const ROOT = join(__dirname, "../..");

let world: World;
let processes: Served[] = [];
beforeEach(async () => {
  world = await setup();
});
afterEach(async () => {
  await Promise.all(processes.map((served) => served.kill("SIGKILL")));
  processes = [];
  await world?.close();
});

/** A server in a process of its own, on this test's database. */
class Served {
  readonly url: string;
  output = "";
  errors = "";
  private readonly child: ChildProcessByStdio<null, Readable, Readable>;
  private readonly exit: Promise<unknown[]>;

  constructor(port: number, env: Record<string, string> = {}) {
    this.url = `http://127.0.0.1:${port}`;
    const { PATH = "" } = process.env;
    this.child = spawn(process.execPath, ["--require", "./scripts/swc-register.cjs", "src/main.ts"], {
      cwd: ROOT,
      env: { PATH, PORT: String(port), DATABASE_URL: world.databaseUrl, CADASTRE_DATA_DIR: world.deps.config.dataDir, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr.on("data", (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exit = once(this.child, "exit");
    processes.push(this);
  }

  /** Waits until it has said that it serves. */
  async started(): Promise<this> {
    await waitFor(() => this.output.includes("Cadastre "), { deadlineMs: 30_000 });
    return this;
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill(signal);
    return this.ended();
  }

  async ended(): Promise<number | null> {
    return (await this.exit)[0] as number | null;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const FIRST_TOKEN = /First admin token, shown only now: (\S+)/;

test("a start says where it serves and shows the first token; no later start shows one", async () => {
  const first = await new Served(await freePort()).started();
  expect(first.output).toContain(`Cadastre serves ${first.url}\n`);
  const [, token] = FIRST_TOKEN.exec(first.output) ?? [];
  expect((await first.get("/readyz")).status).toBe(200);
  expect((await first.get("/metrics", { authorization: `Bearer ${token}` })).status).toBe(200);
  const second = await new Served(await freePort()).started();
  expect(second.output).toBe(`Cadastre serves ${second.url}\n`);
});

test("a token given by the environment works at once and is not shown", async () => {
  const served = await new Served(await freePort(), { CADASTRE_BOOTSTRAP_TOKEN: "cad_given-by-the-environment-of-a-test" }).started();
  expect(served.output).toBe(`Cadastre serves ${served.url}\n`);
  expect((await served.get("/metrics", { authorization: "Bearer cad_given-by-the-environment-of-a-test" })).status).toBe(200);
});

test("two processes may start on one database at once", async () => {
  const both = [new Served(await freePort()), new Served(await freePort())];
  await Promise.all(both.map((served) => served.started()));
  expect(both.filter(({ output }) => FIRST_TOKEN.test(output))).toHaveLength(1);
});

test.each(["SIGTERM", "SIGINT"] as const)("%s ends idle connections and the process, with exit code 0", async (signal) => {
  const served = await new Served(await freePort(), { CADASTRE_BOOTSTRAP_TOKEN: "cad_given-by-the-environment-of-a-test" }).started();
  const idle = await served.get("/healthz");
  await idle.text();
  expect(await served.kill(signal)).toBe(0);
  await expect(served.get("/healthz")).rejects.toThrow();
});

test("a process that only works in the background listens nowhere", async () => {
  const served = await new Served(await freePort(), { CADASTRE_ROLES: "worker" }).started();
  expect(served.output).toBe("Cadastre works in the background\n");
  await expect(served.get("/healthz")).rejects.toThrow();
  expect(await served.kill("SIGTERM")).toBe(0);
});

test("a database that is put back to an older state makes a running server unready, with the reason", async () => {
  const served = await new Served(await freePort()).started();
  await asOwner(world.deps, "forgetMigrations", "delete from migrations where name like 'erasure%'");
  const response = await served.get("/readyz");
  expect([response.status, await response.json()]).toEqual([
    503,
    { status: "not ready", reasons: ["the database lacks migrations of this version"] },
  ]);
});

test("a database that cannot be reached ends the start with the reason", async () => {
  const served = new Served(await freePort(), { DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/nowhere` });
  expect(await served.ended()).toBe(1);
  expect(served.errors).toContain("ECONNREFUSED");
});

test("a wrong configuration ends the start, naming every fault", async () => {
  const served = new Served(await freePort(), { CADASTRE_COOLING_OFF: "soon", CADASTRE_ZONE: "Mars" });
  expect(await served.ended()).toBe(1);
  expect(served.errors).toMatch(/2 place[\s\S]*CADASTRE_COOLING_OFF[\s\S]*CADASTRE_ZONE/);
});

test("a port that is taken ends the start, with the reason", async () => {
  const port = await freePort();
  await new Served(port).started();
  const second = new Served(port);
  expect(await second.ended()).toBe(1);
  expect(second.errors).toContain("EADDRINUSE");
});
