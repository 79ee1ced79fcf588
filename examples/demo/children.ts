import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

/** A program to run: its file and arguments, and what it is to know. */
interface Program {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const LOOK_EVERY_MS = 50;
const STOPS_WITHIN_MS = 8_000;

/** The processes of the demo. None outlives it. */
export class Children {
  private readonly running = new Map<string, ChildProcess>();
  private stopped = false;

  constructor(private readonly logs: string) {}

  /** Starts a server; its output goes to a log file. Rejects if it ends before `ready` holds. */
  async serve(name: string, { args, env }: Program, ready: () => Promise<boolean>): Promise<void> {
    if (this.stopped) throw new Error("the demo is ending");
    const log = openSync(this.logOf(name), "w");
    const child = spawn(process.execPath, ["--require", require.resolve("./end-with-parent"), ...args], {
      env: surroundings(env),
      stdio: ["ignore", log, log, "ipc"],
      // Out of the terminal's reach: Ctrl-C comes to the demo alone, which then ends one after the other.
      detached: true,
    });
    closeSync(log);
    this.running.set(name, child);
    while (!(await ready())) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${name} ended before it served:\n${this.lastWords(name)}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** What a server said at last, to explain a failure. */
  lastWords(name: string): string {
    return readFileSync(this.logOf(name), "utf8").trim().split("\n").slice(-12).join("\n");
  }

  /** In the reverse of the order in which they were started. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const [name, child] of [...this.running].reverse()) {
      await end(child);
      this.running.delete(name);
    }
  }

  private logOf(name: string): string {
    return join(this.logs, `${name}.log`);
  }
}

/** Runs a program to its end. */
export async function run({ args, env }: Program, input = ""): Promise<Ended> {
  const child = spawn(process.execPath, args, { env: surroundings(env), stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, err };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
  await ended;
  clearTimeout(impatience);
}

/** Nothing of what the shell of the user says to Cadastre counts here. */
function surroundings(env: Program["env"] = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, ...env };
}
