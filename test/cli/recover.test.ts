import { rmSync } from "node:fs";
import { createToken } from "../../src/access";
import { appendAuditEntry } from "../../src/audit";
import { HighWater } from "../../src/audit/storage/high-water";
import { type ServerProcess, startServerProcess } from "../lineage/acceptance/server-process";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";
import { type Ended, runCadastre } from "./run-cadastre";

let world: World;
let server: ServerProcess;
let token: string;
beforeAll(async () => {
  world = await setup();
  ({ token } = await createToken(world.deps, { principal: "ada", roles: ["admin"], actor: "test" }));
  server = await startServerProcess(world, "api,worker");
});
afterAll(async () => {
  await server?.stop();
  await world.close();
});

const recover = (): Promise<Ended> => runCadastre(["recover"], { env: { CADASTRE_URL: server.url, CADASTRE_TOKEN: token } });

/** A value that is measured, by its name and labels. */
async function measured(name: string): Promise<number> {
  const page = await (await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
  const line = page.split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}
const counts = () => world.deps.db.query("testCounts", "select (select count(*) from audit_entries) as entries, (select count(*) from audit_checkpoints) as checkpoints, (select count(*) from audit_inbox) as waiting");
const append = (): Promise<void> => world.deps.transaction((tx) => appendAuditEntry(tx, { action: "catalog.register-service", actor: "ada" }));
const unprotected = (count: number) => waitFor(async () => (await measured("cadastre_audit_unprotected_entries")) === count);

test("a server puts entries under a checkpoint by itself, and adds nothing while nothing happens", async () => {
  await append();
  await unprotected(0);
  const before = await counts();
  const runs = 'cadastre_worker_runs_total{unit="publish-checkpoints",outcome="ok"}';
  const ran = await measured(runs);
  await waitFor(async () => (await measured(runs)) >= ran + 2);
  expect(await counts()).toEqual(before);
  expect(await measured("cadastre_audit_tree_size")).toBeGreaterThan(0);
  expect(await measured("cadastre_audit_unsequenced_entries")).toBe(0);
  expect(await measured("cadastre_audit_signer_stopped")).toBe(0);
});

test("where nothing is broken recover is refused", async () => {
  expect(await recover()).toMatchObject({ code: 1, err: expect.stringContaining("PRECONDITION_FAILED") as string });
});

test("a server whose signer stopped goes on serving, and after recover signs again", async () => {
  await unprotected(0);
  rmSync(new HighWater(world.deps.config.keysFile).file);
  await append();
  await waitFor(async () => (await measured("cadastre_audit_signer_stopped")) === 1);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  await unprotected(1);

  const { code, out } = await recover();
  expect(code).toBe(0);
  expect(out).toMatch(/is missing: put it back.*\nrecorded in the log: MISSING: high-water mark missing; database of .*\nold checkpoints beyond \d+ entries no longer extend/);
  await unprotected(0);
  expect(await measured("cadastre_audit_signer_stopped")).toBe(0);
});
