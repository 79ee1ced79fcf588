import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const ROOT = join(__dirname, "../..");

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  readonly cwd?: string;
}

/** Runs `cadastre` as a process of its own, from the sources as they are, in an environment that knows nothing of ours. */
export async function runCadastre(args: readonly string[], { env = {}, input, cwd = ROOT }: Surroundings = {}): Promise<Ended> {
  const command = ["--require", join(ROOT, "scripts/swc-register.cjs"), join(ROOT, "src/cli/main.ts"), ...args];
  const child = spawn(process.execPath, command, { cwd, env: { PATH: process.env.PATH, ...env } });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const ended = new Promise<number | null>((done, failed) => child.on("error", failed).on("close", done));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}
