import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { request } from "undici";
import { type Benchmark, type Figure, median, shareOf } from "./harness";

const RUNS = 3;
const IDLE_MS = 10_000;
const GIVE_UP_MS = 60_000;
const LOOK_EVERY_MS = 20;
const BUILT = !__filename.endsWith(".ts");
const ROOT = resolve(__dirname, BUILT ? "../.." : "..");

/** `npm start` on a data directory that is there already, until it is ready; and what memory our process holds after ten idle seconds. */
export const startBenchmark: Benchmark = {
  name: "start",
  async run(effort: number): Promise<Figure[]> {
    const dataDir = mkdtempSync(join(tmpdir(), "cadastre-bench-"));
    const seconds: number[] = [];
    const megabytes: number[] = [];
    try {
      await (await start(dataDir)).stop();
      for (let run = 0; run < shareOf(RUNS, effort); run += 1) {
        const server = await start(dataDir);
        seconds.push(server.seconds);
        await pause(IDLE_MS * effort);
        megabytes.push((await server.memoryBytes()) / 1e6);
        await server.stop();
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
    return [
      { bench: this.name, name: "npm start to /readyz, warm data directory", value: median(seconds), unit: "s", bound: { most: 5 } },
      { bench: this.name, name: "idle memory, without PostgreSQL", value: median(megabytes), unit: "MB", bound: { most: 150 } },
    ];
  },
};

interface Started {
  /** From the command to ready. */
  readonly seconds: number;
  /** Resident, of the process that serves, as it says itself: npm and PostgreSQL are others. */
  memoryBytes(): Promise<number>;
  stop(): Promise<void>;
}

async function start(dataDir: string): Promise<Started> {
  const port = await freePort();
  const token = randomUUID();
  const environment = { ...process.env, DATABASE_URL: "", CADASTRE_DATA_DIR: dataDir, CADASTRE_HOST: "127.0.0.1", PORT: String(port), CADASTRE_BOOTSTRAP_TOKEN: token };
  const started = performance.now();
  // Before the first build there is only the way that developers start it. A group of its own, because npm passes no signals on.
  const npm = spawn("npm", ["run", BUILT ? "start" : "dev"], { cwd: ROOT, env: environment, stdio: "ignore", detached: true });
  const ended = once(npm, "exit");
  const url = `http://127.0.0.1:${port}`;
  await ready(`${url}/readyz`, npm);
  return {
    seconds: (performance.now() - started) / 1000,
    memoryBytes: async () => {
      const figures = await (await request(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).body.text();
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(figures)?.[1]);
    },
    stop: async () => {
      process.kill(-(npm.pid as number), "SIGTERM");
      await ended;
    },
  };
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  for (;;) {
    const status = await request(url).then(({ statusCode, body }) => body.dump().then(() => statusCode), () => undefined);
    if (status === 200) return;
    if (child.exitCode !== null || performance.now() > deadline) throw new Error("npm start did not come up: run it by hand to see why");
    await pause(LOOK_EVERY_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
