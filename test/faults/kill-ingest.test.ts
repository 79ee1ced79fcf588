import { Client } from "pg";
import { createToken } from "../../src/access";
import { type ServerProcess, startServerProcess } from "../lineage/acceptance/server-process";
import { eventOf } from "../lineage/support/ingest-world";
import { asOwner } from "../support/as-owner";
import { digestTables } from "../support/digest-tables";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

let world: World;
let server: ServerProcess | undefined;
beforeEach(async () => void (world = await setup()));
afterEach(async () => {
  await server?.kill();
  await world.close();
});

const othersAtWork = (name: string, condition: string) =>
  asOwner(world.deps, name, `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and ${condition}`);

test("a server that is killed while it takes events leaves no half event, and keeps those it has answered", async () => {
  const { token } = await createToken(world.deps, { principal: "airflow", roles: ["producer"], actor: "test" });
  server = await startServerProcess(world);
  const send = async (path: string, body: unknown): Promise<number> =>
    (await fetch(`${server?.url}${path}`, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: JSON.stringify(body) })).status;
  expect(await send("/api/v1/lineage", eventOf("answered"))).toBe(201);
  const before = await digestTables(world.deps.db);

  // Datasets, jobs and runs are written before custody: there it has to wait.
  const blocker = new Client({ connectionString: world.databaseUrl });
  await blocker.connect();
  await blocker.query("begin; lock table custody_flows in exclusive mode");
  const unanswered = Promise.allSettled([send("/api/v1/lineage", eventOf("single")), send("/api/v1/lineage/batch", [eventOf("one"), eventOf("two")])]);
  await waitFor(async () => (await othersAtWork("ingestWaits", "wait_event_type = 'Lock' and query like '%custody_flows%'")).length === 1, { deadlineMs: 30_000 });
  await server.kill();
  expect((await unanswered).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await blocker.query("rollback");
  await blocker.end();
  await waitFor(async () => (await othersAtWork("ingestGone", "(state like 'idle in%' or query like '%custody_flows%') and state <> 'idle'")).length === 0);
  expect(await digestTables(world.deps.db)).toEqual(before);

  server = await startServerProcess(world);
  expect(await send("/api/v1/lineage", eventOf("single"))).toBe(201);
  const flows = await world.deps.db.query<{ name: string }>("flowsAfterCrash", "select j.name from flows f join jobs j on j.id = f.job_id order by 1");
  expect(flows.map(({ name }) => name)).toEqual(["answered", "single"]);
});
