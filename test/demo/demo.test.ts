import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { CertificatePayload } from "../../src/protocol";
import { scratch } from "../support/scratch";
import { waitFor } from "../support/wait-for";

const ROOT = join(__dirname, "../..");
const files = scratch();
let running: ChildProcessByStdio<null, Readable, Readable> | undefined;

// Somebody else has the ports that Cadastre and two of the services would take.
const squatters = [4000, 4101, 4103].map((port) => createServer().on("error", () => undefined).listen(port, "127.0.0.1"));

// What is run is what was built.
beforeAll(() => void execFileSync(process.execPath, ["scripts/ensure-ready.mjs"], { cwd: ROOT, stdio: "inherit" }), 120_000);
afterEach(() => running?.kill("SIGINT"));
afterAll(() => {
  for (const squatter of squatters) squatter.close();
  files.remove();
});

/** `npm run demo`, with its data in a directory of the test's own. */
class Demo {
  out = "";
  err = "";
  private readonly child = spawn(process.execPath, ["bin/demo.js", ...this.args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, CADASTRE_DATA_DIR: files.path(), ...this.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  private readonly exit = once(this.child, "exit");

  constructor(private readonly args: readonly string[], private readonly env: Record<string, string> = {}) {
    running = this.child;
    this.child.stdout.on("data", (chunk: Buffer) => (this.out += chunk.toString()));
    this.child.stderr.on("data", (chunk: Buffer) => (this.err += chunk.toString()));
  }

  async says(text: string): Promise<void> {
    await waitFor(() => this.out.includes(text), { deadlineMs: 50_000 });
  }

  /** The exit code, or null where a signal ended it. */
  async ended(): Promise<number | null> {
    return (await this.exit)[0] as number | null;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Whether Cadastre, which this demo started, still serves. */
  async serves(): Promise<boolean> {
    const url = /serves (http:\S+)/.exec(this.out)?.[1];
    return fetch(`${url}/healthz`).then(() => true, () => false);
  }
}

const databaseRuns = (): boolean => existsSync(files.path("demo/postgres/data/postmaster.pid"));
function certificate(): CertificatePayload {
  return (JSON.parse(readFileSync(files.path("demo/certificate.json"), "utf8")) as { payload: CertificatePayload }).payload;
}

it("ends with 0, every place proven to G3, everything gone but the retained invoices, and no process left", async () => {
  const demo = new Demo(["--once"]);
  expect([await demo.ended(), demo.err]).toEqual([0, ""]);
  expect(demo.out).toContain("read the tickets of 20 customers");
  const { result, datasets, gaps } = certificate();
  expect({ result, gaps }).toEqual({ result: "COMPLETE_EXCEPT_RETAINED", gaps: [] });
  expect(datasets.map(({ dataset, outcome, grade }) => `${grade} ${outcome} ${dataset.split(":")[2]}`)).toEqual([
    "G3 ERASED analytics.public.customer_profiles", "G3 ERASED analytics.public.order_facts", "G3 RETAINED billing.public.invoices",
    "G3 ERASED billing.public.payment_methods", "G3 ERASED identity.public.people", "G3 NOT_FOUND marketing.public.campaign_clicks",
    "G3 ERASED marketing.public.subscriptions", "G3 ERASED orders.public.orders", "G3 ERASED support.public.tickets",
  ]);
  const retained = datasets.flatMap(({ parts }) => parts).filter(({ outcome }) => outcome === "RETAINED");
  expect(new Set(retained.map(({ rule }) => rule))).toEqual(new Set(["tax-invoices"]));
  expect(retained.every(({ until = "" }) => Date.parse(until) > Date.now())).toBe(true);
  expect([await demo.serves(), databaseRuns()]).toEqual([false, false]);
});

it("ends with 1 if a service keeps in secret what it says it erased, although Cadastre could not find out", async () => {
  const demo = new Demo(["--once"], { SHOP_LIE: "marketing" });
  expect(await demo.ended()).toBe(1);
  expect(certificate().result).toBe("COMPLETE_EXCEPT_RETAINED");
  expect(demo.err).toContain("marketing.public.old_subscriptions: the certificate says 0 rows are retained, there are 1");
  expect([await demo.serves(), databaseRuns()]).toEqual([false, false]);
});

it("keeps serving until it is interrupted, and then leaves no process", async () => {
  const demo = new Demo([]);
  await demo.says("until Ctrl-C");
  expect(await demo.serves()).toBe(true);
  demo.kill("SIGINT");
  expect(await demo.ended()).toBe(0);
  expect([await demo.serves(), databaseRuns()]).toEqual([false, false]);
});

it("interrupted half-way it ends with 130 and leaves no process", async () => {
  const demo = new Demo(["--once"]);
  await demo.says("Cadastre serves");
  demo.kill("SIGINT");
  expect(await demo.ended()).toBe(130);
  expect([await demo.serves(), databaseRuns()]).toEqual([false, false]);
});

it("killed outright it takes its servers along, and the next demo starts", async () => {
  const killed = new Demo(["--once"]);
  await killed.says("Cadastre serves");
  killed.kill("SIGKILL");
  await waitFor(async () => !(await killed.serves()));
  const next = new Demo(["--once"]);
  await next.says("Cadastre serves");
});
