import { createToken } from "../../src/access";
import { appendAuditEntry } from "../../src/audit";
import { openTrusted, parseTrustedKeys } from "../../src/protocol/tlog/trusted-keys";
import { decodeBundle } from "../../src/protocol/tlog/entry-bundle";
import { leafHash, readRoot } from "../../src/protocol/tlog/merkle-tree";
import { bundlePath, hashesFromTiles, tilePath, tilesIn } from "../../src/protocol/tlog/tiles";
import { setup, type World } from "../support/setup";
import { startServer, type TestServer } from "../support/server";
import { logEntries, publishAll } from "./logged-world";

const SIZE = 600;
const FOR_EVER = "max-age=31536000, immutable";

let world: World;
let server: TestServer;
let auditor: string;
let reader: string;

beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  ({ token: auditor } = await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" }));
  ({ token: reader } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" }));
  await publishAll(world.deps);
  await logEntries(world.deps, SIZE - 2);
});
afterAll(async () => {
  await server.close();
  await world.close();
});

const get = (path: string, token?: string, method = "GET") =>
  fetch(`${server.url}/audit/${path}`, { method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
const bytesOf = async (path: string, token?: string): Promise<Buffer> => {
  const response = await get(path, token);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
};
const readings = async (): Promise<string[]> => {
  const rows = await world.deps.db.query<{ of: string }>("readings", "select actor || ' ' || object as of from audit_entry_facts where action = 'audit.read-entries' order by id");
  return rows.map((row) => row.of);
};

describe("the log as files", () => {
  test("gives a stranger who has the vkey all to compute the root of the signed checkpoint", async () => {
    const vkeys = (await bytesOf("vkey")).toString().trimEnd().split("\n");
    const checkpoint = openTrusted(await bytesOf("checkpoint"), parseTrustedKeys(vkeys));
    expect(checkpoint).toMatchObject({ origin: world.deps.config.auditOrigin, size: SIZE });
    expect([...tilesIn(SIZE)]).toHaveLength(4);
    const root = await readRoot(SIZE, hashesFromTiles(SIZE, (tiles) => Promise.all(tiles.map((tile) => bytesOf(tilePath(tile))))));
    expect(root).toEqual(checkpoint.root);
  });

  test("gives the entitled the entries that the tiles are the hashes of", async () => {
    for (const { tile, width } of [...tilesIn(SIZE)].filter(({ level }) => level === 0)) {
      const entries = decodeBundle(await bytesOf(bundlePath({ tile, width }), auditor));
      expect(Buffer.concat(entries.map(leafHash))).toEqual(await bytesOf(tilePath({ level: 0, tile, width })));
    }
    const [entry] = decodeBundle(await bytesOf("tile/entries/001", auditor));
    expect(await bytesOf("entry/256", auditor)).toEqual(entry);
    expect(await readings()).toEqual(["leaves:0-256", "leaves:256-512", "leaves:512-600", "leaves:256-512", "leaves:256-257"].map((leaves) => `arthur ${leaves}`));
  });

  test.each(["tile/entries/000", "entry/0", "fsck"])("shows %s to nobody else, and records who tried", async (path) => {
    expect((await get(path)).status).toBe(401);
    expect((await get(path, reader)).status).toBe(403);
    expect(await readings()).not.toContainEqual(expect.stringContaining("rita"));
    const action = path === "fsck" ? "audit.check-log" : "audit.read-entries";
    const denied = await world.deps.db.query("deniedReadings", "select from audit_entry_facts where actor = 'rita' and outcome = 'denied' and action = $1", [action]);
    expect(denied).not.toHaveLength(0);
  });

  test("lets caches keep what never changes, and any page read what is public", async () => {
    const headers = async (path: string, token?: string) => {
      const response = await get(path, token, "HEAD");
      expect(await response.text()).toBe("");
      return [response.status, ...["content-type", "cache-control", "access-control-allow-origin"].map((name) => response.headers.get(name))];
    };
    expect(await headers("checkpoint")).toEqual([200, "text/plain; charset=utf-8", "no-cache", "*"]);
    expect(await headers("vkey")).toEqual([200, "text/plain; charset=utf-8", "no-cache", "*"]);
    expect(await headers("dropped")).toEqual([200, "application/json; charset=utf-8", "no-cache", "*"]);
    expect(await headers("tile/0/000")).toEqual([200, "application/octet-stream", `public, ${FOR_EVER}`, "*"]);
    expect(await headers("tile/entries/000", auditor)).toEqual([200, "application/octet-stream", `private, ${FOR_EVER}`, null]);
    expect(await headers("entry/0", auditor)).toEqual([200, "application/octet-stream", `private, ${FOR_EVER}`, null]);
  });

  test("serves a partial tile at any width that it ever had", async () => {
    const whole = await bytesOf("tile/0/000");
    expect(await bytesOf("tile/0/000.p/1")).toEqual(whole.subarray(0, 32));
    expect(await bytesOf("tile/1/000.p/2")).toHaveLength(64);
    expect(await bytesOf("tile/0/002.p/88")).toHaveLength(88 * 32);
    expect(decodeBundle(await bytesOf("tile/entries/002.p/1", auditor))).toHaveLength(1);
  });

  test.each([
    "tile/0/002", "tile/0/002.p/89", "tile/0/003.p/1", "tile/1/000", "tile/1/000.p/3", "tile/2/000.p/1", "tile/63/000.p/1", "tile/64/000", "tile/0/0",
    "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/-1/000", "tile/00/000", "tile/0/%30%30%30", "tile/", "tile/0",
    "tile/entries/002", "tile/entries/002.p/89", "tile/entries/x000/000", "tile/entries/", "tile/entries/entries/000", "tile/entries/0/000",
    "entry/600", "entry/00", "entry/-1", "entry/1e2", "entry/99999999999999999", "entry/", "checkpoint/", "nothing",
  ])("has nothing at %s", async (path) => {
    expect((await get(path, auditor)).status).toBe(404);
  });

  test("shows of dropped entries the ranges, and no bundle with a hole", async () => {
    const logged = await world.deps.transaction(async (tx) => {
      await appendAuditEntry(tx, { action: "audit.drop-audit-entries", actor: "ada", object: "leaves:256-300", source: "256-300" });
      return tx.query<{ id: string }>("newestFact", "select id from audit_entry_facts where action = 'audit.drop-audit-entries'");
    });
    const row = `insert into audit_dropped_ranges (from_index, to_index, logged_by, dropped_at) values (256, 300, '${logged[0]!.id}', '2026-01-01')`;
    await commitTampering([row, "delete from audit_entries where leaf_index between 256 and 299"]);
    expect(await (await get("dropped")).json()).toEqual([{ from: 256, to: 300, entry: null }]);
    await publishAll(world.deps);
    const [range] = (await (await get("dropped")).json()) as { entry: number }[];
    expect((await bytesOf(`entry/${range!.entry}`, auditor)).toString()).toContain('"source":"256-300"');
    expect((await get("tile/entries/001", auditor)).status).toBe(404);
    expect((await get("entry/299", auditor)).status).toBe(404);
    expect((await get("entry/300", auditor)).status).toBe(200);
    expect(await bytesOf("tile/0/001")).toHaveLength(256 * 32);
  });
});

test("before anything is signed there is no checkpoint", async () => {
  const young = await setup();
  const door = await startServer(young);
  expect((await fetch(`${door.url}/audit/checkpoint`)).status).toBe(404);
  expect((await fetch(`${door.url}/audit/tile/0/000.p/1`)).status).toBe(404);
  await door.close();
  await young.close();
});

async function commitTampering(statements: readonly string[]): Promise<void> {
  await world.deps.transaction(async (tx) => {
    await tx.manager.query("set local role none; set local session_replication_role = replica");
    for (const statement of statements) await tx.manager.query(statement);
  });
}
