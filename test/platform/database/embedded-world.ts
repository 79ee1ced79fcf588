import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, realpathSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { startEmbeddedPostgres } from "../../../src/platform/database/embedded-postgres";

export const ROOT = resolve(__dirname, "../../..");
const PROGRAM = relative(ROOT, require.resolve("./embedded-process"));
export const isRoot = process.getuid?.() === 0;

/** Starts in this process, quicker than in production. */
export const start = (dataDir: string) => startEmbeddedPostgres({ dataDir, settings: { fsync: "off" } });

export interface OtherProcess {
  readonly url: string;
  /** What the launcher had to say. */
  readonly lines: readonly string[];
  readonly child: ChildProcess;
  /** Lets it stop in order, and waits until it has. */
  end(): Promise<void>;
}

const children: ChildProcess[] = [];

/** For after the tests: ends what a failed test has left running. */
export function killLeftovers(): void {
  for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
}

/** Starts in a process of its own, with its own process group; `project` may be a copy of ours. */
export async function startElsewhere(dataDir: string, { project = ROOT, uid }: { project?: string; uid?: number } = {}): Promise<OtherProcess> {
  const child = spawn(process.execPath, ["--require", join(project, "scripts/swc-register.cjs"), join(project, PROGRAM), dataDir], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: "/",
    detached: true,
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  children.push(child);
  const exited = once(child, "exit");
  const firstLine = once(createInterface(child.stdout), "line") as Promise<[string]>;
  const answer = await Promise.race([firstLine, exited]);
  if (typeof answer[0] !== "string" || !answer[0].startsWith("{")) throw new Error("the other process ended before it had started PostgreSQL");
  const { url, lines } = JSON.parse(answer[0]) as { url: string; lines: string[] };
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return { url, lines, child, end };
}

export async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Differs between any two database clusters. */
export async function clusterId(url: string): Promise<string> {
  const [row] = await query<{ id: string }>(url, "select system_identifier::text as id from pg_control_system()");
  return row!.id;
}

export const pidFile = (dataDir: string): string => join(realpathSync(join(dataDir, "postgres")), "data/postmaster.pid");

export const serverPid = (dataDir: string): number => Number(readFileSync(pidFile(dataDir), "utf8").split("\n")[0]);
