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
const READY_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 8_000;

/** The processes of the demo. None outlives it. */
export class Children {
  private readonly running = new Set<ChildProcess>();
  private stopped = false;

  constructor(private readonly logs: string) {}

  /** Starts a server; its output goes to a log file. Rejects if it ends before `ready` holds. */
  async serve(name: string, { args, env }: Program, ready: () => Promise<boolean>): Promise<void> {
    const file = join(this.logs, `${name}.log`);
    const log = openSync(file, "w");
    const child = this.started(
      spawn(process.execPath, ["--require", require.resolve("./end-with-parent"), ...args], {
        env: surroundings(env),
        stdio: ["ignore", log, log, "ipc"],
        // Out of the terminal's reach: Ctrl-C comes to the demo alone, which then ends one after the other.
        detached: true,
      }),
    );
    closeSync(log);
    const impatientAt = performance.now() + READY_WITHIN_MS;
    while (!(await ready())) {
      if (hasEnded(child) || performance.now() > impatientAt) throw new Error(`${name} does not serve:\n${lastWords(file)}`);
      await delay(LOOK_EVERY_MS);
    }
  }

  /** Runs a program to its end. */
  async run({ args, env }: Program, input = ""): Promise<Ended> {
    const child = spawn(process.execPath, args, { env: surroundings(env), stdio: ["pipe", "pipe", "pipe"] });
    this.started(child);
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const code = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, out, err };
  }

  /** In the reverse of the order in which they were started. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const child of [...this.running].reverse()) await end(child);
  }

  private started<Child extends ChildProcess>(child: Child): Child {
    // Whoever starts one now has not noticed that the demo is ending.
    if (this.stopped) child.kill("SIGKILL");
    this.running.add(child);
    child.once("exit", () => this.running.delete(child));
    return child;
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
  await ended;
  clearTimeout(impatience);
}

/** What a server said at last, to explain a failure. */
const lastWords = (file: string): string => readFileSync(file, "utf8").trim().split("\n").slice(-12).join("\n");

/** Nothing of what the shell of the user says to Cadastre counts here. */
function surroundings(env: Program["env"] = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, ...env };
}
