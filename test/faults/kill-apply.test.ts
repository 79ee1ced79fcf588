import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { asOwner } from "../support/as-owner";
import { digestTables } from "../support/digest-tables";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";
import type { ApplySettings } from "./apply-process";

const BEFORE = "services: [{ key: a, name: A }]\nentities: [{ key: e, name: E }]\nassignments: [{ entity: e, service: a, role: SYSTEM_OF_RECORD }]\n";
const AFTER = `
services: [{ key: b, name: B }]
entities: [{ key: e, name: Changed }]
datasets: [{ namespace: n, name: d, service: b, entities: [e], fields: [{ name: email }] }]
assignments: [{ entity: e, service: b, role: SYSTEM_OF_RECORD }]
`;

let world: World;
let child: ChildProcess | undefined;
beforeEach(async () => (world = await setup()));
afterEach(async () => {
  child?.kill("SIGKILL");
  await world.close();
});

const apply = (document: string) => importDescriptors(world.deps, { actor: "ada", source: "s", format: "CADASTRE", document, dryRun: false });

function applyElsewhere(document: string): ChildProcess {
  const settings: ApplySettings = { databaseUrl: world.databaseUrl, keysFile: world.deps.config.keysFile, document };
  const root = join(__dirname, "../..");
  const args = ["--require", join(root, "scripts/swc-register.cjs"), join(__dirname, "apply-process.ts"), JSON.stringify(settings)];
  return spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
}

const othersAtWork = (condition: string) =>
  asOwner(
    world.deps,
    `othersAtWork${condition.length}`,
    `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  );

test("an apply that is killed midway leaves the register as it was, and can be repeated", async () => {
  await apply(BEFORE);
  const before = await digestTables(world.deps.db);
  const audited = await world.deps.db.query("auditedBefore", "select id from audit_inbox");

  // Definitions and ownership are written before the declarations: there it has to wait.
  const blocker = new Client({ connectionString: world.databaseUrl });
  await blocker.connect();
  await blocker.query("begin; lock table declarations in exclusive mode");
  child = applyElsewhere(AFTER);
  const exit = once(child, "exit");
  await waitFor(async () => (await othersAtWork("wait_event_type = 'Lock' and query like '%writeDeclarations%'")).length === 1, { deadlineMs: 30_000 });
  child.kill("SIGKILL");
  expect(await exit).toEqual([null, "SIGKILL"]);
  await blocker.query("rollback");
  await blocker.end();
  await waitFor(async () => (await othersAtWork("(state like 'idle in%' or query like '%writeDeclarations%')")).length === 0);

  expect(await digestTables(world.deps.db)).toEqual(before);
  expect(await world.deps.db.query("auditedAfter", "select id from audit_inbox")).toEqual(audited);
  expect(await apply(AFTER)).toMatchObject({ errors: [], changes: 6 });
});
