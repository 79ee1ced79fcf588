import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Children } from "./children";

/** Starts a PostgreSQL whose data lie in `<dataDir>/postgres`. */
export type StartPostgres = (options: {
  readonly dataDir: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
}) => Promise<{ readonly url: string; stop(): Promise<void> }>;

/** What the demo stands on. */
export interface Stage {
  readonly dataDir: string;
  /** The PostgreSQL server. */
  readonly databaseUrl: string;
  readonly children: Children;
}

/** Written again from nothing at every run, so nothing of it has to survive a power failure. */
const SETTINGS = { fsync: "off", synchronous_commit: "off" };

/** Lets `play` run on an empty stage. However it ends, every process that was started has ended before this returns. */
export async function onStage(dataDir: string, startPostgres: StartPostgres, play: (stage: Stage) => Promise<void>): Promise<void> {
  const flag = join(dataDir, "running");
  refuseSecondDemo(flag);
  sweep(dataDir);
  writeFileSync(flag, String(process.pid));
  const postgres = await startPostgres({ dataDir, settings: SETTINGS, log: (line) => console.error(line) });
  const children = new Children(join(dataDir, "logs"));
  try {
    await play({ dataDir, databaseUrl: postgres.url, children });
  } finally {
    await children.stop();
    await postgres.stop();
    rmSync(flag);
  }
}

function refuseSecondDemo(flag: string): void {
  try {
    const other = Number(readFileSync(flag, "utf8"));
    process.kill(other, 0);
    throw new Error(`Another demo is running, process ${other}: end it first (if that is something else, remove ${flag})`);
  } catch (error) {
    // No file, or a process that is gone.
    if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

/** The database server's own files stay, since making them costs a second; the databases in it are made anew. */
function sweep(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true });
  const old = readdirSync(dataDir).filter((name) => !name.startsWith("postgres"));
  for (const name of old) rmSync(join(dataDir, name), { recursive: true });
  mkdirSync(join(dataDir, "logs"));
}
