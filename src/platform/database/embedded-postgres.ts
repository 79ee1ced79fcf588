import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { findBinaries, type PostgresRelease } from "./embedded-postgres-binaries";
import { prepareHome } from "./embedded-postgres-home";
import { withDirectoryLock } from "./embedded-postgres-lock";
import { findServer, initialise, launch, PORT, type Server, shutDown, SUPERUSER, writtenBy } from "./embedded-postgres-server";
import { choosePostgresUser, type SystemUser } from "./embedded-postgres-user";

export interface EmbeddedPostgresOptions {
  /** The database lies in `<dataDir>/postgres`; one directory, one database. */
  readonly dataDir: string;
  readonly binaries?: PostgresRelease;
  /** Server settings, such as `fsync`; they count only for the process that starts the server. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** Reaches the server through a Unix socket in a private directory; there is no TCP port. */
  readonly url: string;
  stop(): Promise<void>;
}

const DATABASE = "cadastre";
/** `application_name` of the connection by which a process shows that it uses the server. */
const LEASE = "cadastre-embedded";

/**
 * A PostgreSQL of our own for machines that have none: creates `<dataDir>/postgres` at the first start, attaches to the server if one runs on it already.
 * Any number of processes of one machine may share a directory; each holds one connection as its lease, and the last one to `stop` stops the server.
 * A killed process loses its lease by itself; a killed server is started again by the next call. As root, PostgreSQL runs as another user (see `choosePostgresUser`).
 *
 *     lock ── running? ──yes──────────────────────────────► lease ── database there? ── unlock
 *                └─no─► user, home, binaries ─► initdb? ─► launch ─┘
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  const user = choosePostgresUser(join(dataDir, "postgres"));
  mkdirSync(dataDir, { recursive: true });
  const exclusively = <Result>(work: () => Promise<Result>) => withDirectoryLock(join(dataDir, "postgres.lock"), work);

  return exclusively(async () => {
    const { home, server, lease } = await obtainLease(dataDir, user, options);
    await ensureDatabase(lease);
    let stopping: Promise<void> | undefined;
    return {
      url: `postgres://${SUPERUSER}@localhost:${PORT}/${DATABASE}?host=${encodeURIComponent(server.socketDirectory)}&sslmode=disable`,
      stop: () => (stopping ??= exclusively(() => leave(home, server, lease))),
    };
  });
}

interface Running {
  readonly home: string;
  readonly server: Server;
}

async function obtainLease(dataDir: string, user: SystemUser | undefined, options: EmbeddedPostgresOptions): Promise<Running & { lease: Client }> {
  const running = await findRunning(dataDir, options);
  const { home, server } = running ?? (await start(dataDir, user, options));
  const lease = await connect(home, server);
  if (lease) return { home, server, lease };
  // The server that was found was just ending.
  if (running) return obtainLease(dataDir, user, options);
  throw new Error(`PostgreSQL on ${home} stopped while it started; its log is postgres.log there`);
}

async function findRunning(dataDir: string, { binaries: release = "18" }: EmbeddedPostgresOptions): Promise<Running | undefined> {
  const link = join(dataDir, "postgres");
  if (!existsSync(link)) return undefined;
  const home = realpathSync(link);
  const written = writtenBy(home);
  if (written !== undefined && written !== release) {
    throw new Error(`The database in ${home} was written by PostgreSQL ${written}, the embedded one is ${release}: dump it with the old release and restore it with the new one`);
  }
  const server = await findServer(home);
  return server && { home, server };
}

async function start(dataDir: string, user: SystemUser | undefined, options: EmbeddedPostgresOptions): Promise<Running> {
  const { binaries: release = "18", settings = {}, log = () => undefined } = options;
  const home = prepareHome(dataDir, user, log);
  const cluster = { home, user, settings, binaries: findBinaries(release, home, user, log) };
  if (writtenBy(home) === undefined) initialise(cluster);
  return { home, server: await launch(cluster) };
}

/** Connects as soon as the server answers, for it may still be repairing what a crash left; undefined if it ends instead. */
async function connect(home: string, server: Server): Promise<Client | undefined> {
  for (;;) {
    const client = new Client({ host: server.socketDirectory, port: PORT, user: SUPERUSER, database: "postgres", application_name: LEASE, ssl: false });
    // A lost lease is not an error of its own: whoever queries will notice that the server is gone.
    client.on("error", () => undefined);
    try {
      await client.connect();
      return client;
    } catch {
      await client.end().catch(() => undefined);
      if ((await findServer(home))?.pid !== server.pid) return undefined;
      await delay(10);
    }
  }
}

async function ensureDatabase(lease: Client): Promise<void> {
  const { rowCount } = await lease.query("select from pg_database where datname = $1", [DATABASE]);
  if (rowCount === 0) await lease.query(`create database ${DATABASE}`);
}

/** Gives up the lease; stops the server if no other process holds one. */
async function leave(home: string, server: Server, lease: Client): Promise<void> {
  const others = "select from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()";
  const shared = await lease.query(others, [LEASE]).then(
    ({ rowCount }) => rowCount !== 0,
    () => false,
  );
  await lease.end().catch(() => undefined);
  if (!shared) await shutDown(home, server);
}
