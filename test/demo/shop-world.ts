import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "pg";
import { exampleSigningKey } from "../../examples/shop/example-keys";
import { readNativeDescriptor } from "../../src/catalog/descriptors/native-descriptor";
import { readYaml } from "../../src/catalog/descriptors/yaml-document";
import { type Answer, type DataAccess, generateSigningKey, type Order, type OrderKind, publicKeyText } from "../../src/participant";
import { type ConformanceOptions, Examiner } from "../../src/participant/examiner";
import { parseSigningKey } from "../../src/protocol";
import { post } from "../participant/office";
import { createEmptyDatabase, type TestDatabase } from "../support/test-database";

const ROOT = join(__dirname, "../..");

/** What examples/shop/cadastre.yaml declares. */
export const DESCRIPTOR = readNativeDescriptor(readYaml({ text: readFileSync(join(ROOT, "examples/shop/cadastre.yaml"), "utf8"), from: 0 }).documents);

/** Stands where Cadastre would: publishes its keys, gives permits (or not), takes receipts and accesses. */
export class Office {
  readonly key = generateSigningKey();
  readonly receipts: string[] = [];
  readonly accesses: DataAccess[] = [];
  permits = true;
  private server: Server | undefined;
  url = "";

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      if (request.url === "/audit/events") return void this.takeAccesses(request, response);
      request.resume();
      const url = request.url ?? "";
      const keys = [{ id: "k", key: this.key.publicKey, from: "2026-01-01T00:00:00Z", to: null }];
      if (url === "/orders/keys") response.end(JSON.stringify({ keys }));
      else if (url.endsWith("/permit")) response.writeHead(this.permits ? 200 : 409).end(JSON.stringify({ permit: "yes" }));
      else response.end(void this.receipts.push(url));
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private async takeAccesses(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const lines = (await text(request)).trim().split("\n").map((line) => JSON.parse(line) as DataAccess);
    this.accesses.push(...lines);
    response.end(lines.map(({ eventId }) => `${JSON.stringify({ eventId, status: "recorded" })}\n`).join(""));
  }

  close(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }
}

/** One of the example company's services, in a process of its own and on a database of its own. */
export class RunningService {
  private constructor(
    readonly key: string,
    readonly url: string,
    readonly pool: Pool,
    private readonly database: TestDatabase,
    private readonly child: ChildProcess,
    private readonly office: Office,
  ) {}

  static async start(key: string, office: Office, env: Record<string, string> = {}, kept?: TestDatabase): Promise<RunningService> {
    const database = kept ?? (await createEmptyDatabase());
    const child = spawn(process.execPath, ["--require", "./scripts/swc-register.cjs", "examples/shop/main.ts", key], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, DATABASE_URL: database.url, PORT: "0", CADASTRE_URL: office.url, CADASTRE_TOKEN: "token", ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => resolve(/http\S+/.exec(chunk.toString())?.[0] ?? ""));
      child.once("exit", (code) => reject(new Error(`${key} ended with ${code}`)));
    });
    const pool = new Pool({ connectionString: database.url, max: 2 });
    pool.on("error", () => undefined); // It ends before its connections are closed, and the database is dropped under them.
    return new RunningService(key, url, pool, database, child, office);
  }

  get datasets() {
    return DESCRIPTOR.datasets
      .filter(({ input }) => input.service === this.key)
      .map(({ input: { namespace, name, identifierTypes, fields } }) => (
        { namespace, name, identifierTypes: identifierTypes ?? [], fields: fields ?? [] }
      ));
  }

  /** How Cadastre would reach it, by what the descriptor says. */
  get conformanceOptions(): ConformanceOptions {
    return {
      url: this.url,
      orderKeys: [parseSigningKey(this.office.key.privateKey)],
      serviceKeys: [publicKeyText(exampleSigningKey(this.key))],
      audience: `service:${this.key}`,
      datasets: this.datasets,
      kinds: DESCRIPTOR.services.find(({ input }) => input.key === this.key)?.input.kinds ?? [],
      clock: { now: () => new Date(Date.now()) },
      newId: randomUUID,
      post: (url, { headers, body }) => post(url, body, headers),
      polling: { times: 40, waitMs: 100 },
    };
  }

  /** Sends an order about a person as often as it takes to get its final answer. */
  ask(kind: OrderKind, identities: Record<string, string>, parts: Partial<Order> = {}, times = 40): Promise<Answer> {
    const examiner = new Examiner({ ...this.conformanceOptions, polling: { times, waitMs: 100 } }, delay);
    const subject_identities = Object.entries(identities).map(([identity_type, identity_value]) => (
      { identity_type, identity_value, identity_format: "raw" as const }
    ));
    return examiner.ask(examiner.order(kind, { subject_identities, ...parts }));
  }

  async count(table: string, condition = "true"): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(`select count(*)::int as count from ${table} where ${condition}`);
    return rows[0]?.count ?? NaN;
  }

  async columns(table: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ name: string }>(
      "select column_name as name from information_schema.columns where table_name = $1 order by ordinal_position", [table],
    );
    return rows.map(({ name }) => name);
  }

  /** Ends the process; another one goes on with its database. */
  async restart(): Promise<RunningService> {
    await this.end();
    return RunningService.start(this.key, this.office, {}, this.database);
  }

  async stop(): Promise<void> {
    await this.end();
    await this.database.drop();
  }

  private async end(): Promise<void> {
    await this.pool.end();
    this.child.kill("SIGTERM");
    if (this.child.exitCode === null) await once(this.child, "exit");
  }
}

/** Outcome and count of every part, by table. */
export const outcomesOf = ({ results }: Answer): Record<string, string[]> =>
  Object.fromEntries(results.map(({ name, parts }) => [name.split(".").at(-1), parts.map(({ outcome, count }) => `${outcome} ${count}`)]));
