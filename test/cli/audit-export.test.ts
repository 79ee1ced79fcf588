import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "../../src/access";
import { appendAuditEntry } from "../../src/audit";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { runCadastre } from "./run-cadastre";

let world: World;
let server: TestServer;
let token: string;
let broken: Server;
const folder = mkdtempSync(join(tmpdir(), "cadastre-export-"));
beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  token = (await createToken(world.deps, { principal: "auditor", roles: ["auditor"], actor: "test" })).token;
  for (const object of ["one", "two"]) await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "test.act", actor: "ada", object }));
  // Stops in the middle, as a server does that is shut down.
  broken = createServer((_request, response) => void response.write("half a line", () => response.destroy())).listen(0, "127.0.0.1");
});
afterAll(async () => {
  broken?.close();
  await server?.close();
  await world?.close();
  rmSync(folder, { recursive: true });
});

const PERIOD = ["--from", "2026-03-02T00:00:00Z", "--to", "2026-03-03T00:00:00Z"];
const run = (args: readonly string[], url = server.url) => runCadastre(["audit", "export", ...args], { cwd: folder, env: { CADASTRE_URL: url, CADASTRE_TOKEN: token } });

test("a period is printed as it comes, criteria are passed on", async () => {
  const { code, out, err } = await run(["--format", "csv", ...PERIOD, "--action", "test.act", "--object", "two"]);
  const rows = out.split("\r\n");
  expect({ code, err, rows: rows.length }).toEqual({ code: 0, err: "", rows: 3 });
  expect(rows[1]).toContain(",test.act,ada,two,");
});

test("a file appears when it is whole, for its owner's eyes", async () => {
  expect(await run(["--format", "ndjson", ...PERIOD, "--actor", "ada", "-o", "trail.ndjson"])).toEqual({ code: 0, out: "", err: "" });
  const path = join(folder, "trail.ndjson");
  expect(readFileSync(path, "utf8").trimEnd().split("\n").map((line) => (JSON.parse(line) as { object: string }).object).sort()).toEqual(["one", "two"]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["trail.ndjson"]);
});

test("what breaks off ends with 69 and leaves no file that looks whole", async () => {
  const { code, err } = await run(["--format", "csv", ...PERIOD, "-o", "cut.csv"], `http://127.0.0.1:${(broken.address() as AddressInfo).port}`);
  expect([code, existsSync(join(folder, "cut.csv"))]).toEqual([69, false]);
  expect(err).toContain("no answer from");
});

test("what the server refuses ends with 1 and says why", async () => {
  const { code, out, err } = await run(["--format", "xml", ...PERIOD]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("ocsf, cloudevents, csv, ndjson");
});

test.each([["--format"], ["--from"], ["--to"]])("without %s it ends with 64", async (missing) => {
  const args = ["--format", "csv", ...PERIOD];
  args.splice(args.indexOf(missing), 2);
  expect((await run(args)).code).toBe(64);
});
