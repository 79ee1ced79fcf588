import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { rm } from "node:fs/promises";
import { createToken } from "../../src/access";
import { HighWater } from "../../src/audit/storage/high-water";
import { parseTlogProof } from "../../src/protocol/tlog/tlog-proof";
import { logEntries } from "../audit/logged-world";
import { setup, type World } from "../support/setup";
import { startServer, type TestServer } from "../support/server";
import { runCadastre } from "./run-cadastre";

let world: World;
let server: TestServer;
let env: { CADASTRE_URL: string; CADASTRE_TOKEN: string };

beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  const { token } = await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" });
  env = { CADASTRE_URL: server.url, CADASTRE_TOKEN: token };
  await logEntries(world.deps, 299);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const fsck = (...args: string[]) => runCadastre(["audit", "fsck", ...args], { env });

describe("cadastre audit fsck", () => {
  test("says what was checked of a sound log, and what nothing protects yet", async () => {
    await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" });
    expect(await fsck()).toEqual({ code: 0, out: "the log of size 300 is sound\ncheckpoints: 1, entries: 300, dropped by retention: 0, unprotected: 1\n", err: "" });
  });

  test("names the first faulty index, and ends with 1", async () => {
    await world.deps.transaction(async (tx) => {
      await tx.manager.query("set local role none; set local session_replication_role = replica");
      await tx.manager.query("update audit_entry_facts set actor = 'eve' where id = (select id from audit_entries where leaf_index = 123)");
    });
    expect(await fsck()).toEqual({ code: 1, out: "faulty index 123\nthe actor that the entry is searched by is not the entry's\n", err: "" });
    await world.deps.transaction(async (tx) => {
      await tx.manager.query("set local role none; set local session_replication_role = replica");
      await tx.manager.query("update audit_entry_facts set actor = 'ada' where actor = 'eve'");
    });
  });

  test("says so where nothing tells an older copy of the database", async () => {
    await rm(new HighWater(world.deps.config.keysFile).file);
    const { code, err } = await fsck();
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("would not be noticed") as string });
  });

  test("ends with 64 for a wrong call, with 1 for who may not, with 69 where no server is or it breaks off", async () => {
    expect((await fsck("all")).code).toBe(64);
    const unknown = await runCadastre(["audit", "fsck"], { env: { CADASTRE_URL: server.url } });
    expect(unknown).toMatchObject({ code: 1, out: "", err: expect.stringContaining("UNAUTHENTICATED") as string });
    expect(await runCadastre(["audit", "fsck"], { env: { CADASTRE_URL: "http://127.0.0.1:1" } })).toMatchObject({ code: 69, out: "" });
    const cut = createServer((_request, response) => void response.writeHead(200).end('{"checked":5}\n'));
    await new Promise<void>((done) => cut.listen(0, "127.0.0.1", done));
    const broken = await runCadastre(["audit", "fsck"], { env: { CADASTRE_URL: `http://127.0.0.1:${(cut.address() as AddressInfo).port}` } });
    expect(broken).toEqual({ code: 69, out: "", err: expect.stringMatching(/^checked 5\n.*broke off/) as string });
    cut.close();
  });
});

test("cadastre audit proof prints the proof of an entry as it is", async () => {
  const [entry] = await world.deps.db.query<{ id: string; bytes: Buffer }>("provenEntry", "select id, entry as bytes from audit_entries where leaf_index = 7");
  const { code, out } = await runCadastre(["audit", "proof", entry!.id], { env });
  expect(code).toBe(0);
  expect(parseTlogProof(out)).toMatchObject({ index: 7, extra: entry!.bytes });
  expect((await runCadastre(["audit", "proof"], { env })).code).toBe(64);
  expect(await runCadastre(["audit", "proof", "none"], { env })).toMatchObject({ code: 1, err: expect.stringContaining("NOT_FOUND") as string });
});
