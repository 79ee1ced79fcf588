import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createToken } from "../../src/access";
import { dropAuditEntries, finishDrops } from "../../src/audit/use-cases/drop-audit-entries";
import { generateSigningKey } from "../../src/protocol";
import { logEntries, publishAll } from "../audit/logged-world";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { runCadastre } from "./run-cadastre";
import { serve, serveFiles } from "./static-server";

const SIZE = 600;
/** Of POSIX. */
const MAKE_PIPE = "mkfifo";
const stranger = generateSigningKey().publicKey;

let folder: string;
let world: World;
let server: TestServer;
let auditor: string;
let vkey: string;
let checkpoint: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cadastre-verify-log-"));
  world = await setup();
  server = await startServer(world);
  ({ token: auditor } = await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" }));
  await logEntries(world.deps, SIZE - 1);
  vkey = (await (await fetch(`${server.url}/audit/vkey`)).text()).trim();
  checkpoint = at("checkpoint");
  writeFileSync(checkpoint, await (await fetch(`${server.url}/audit/checkpoint`)).text());
  expect((await cadastre("audit", "mirror", at("bare"))).code).toBe(0);
});
afterAll(async () => {
  await server?.close();
  await world?.close();
  rmSync(folder, { recursive: true });
});

/** As a stranger, who has no token. */
const cadastre = (...args: string[]) => runCadastre(args, { env: { CADASTRE_URL: server.url } });
const asAuditor = (...args: string[]) => runCadastre(args, { env: { CADASTRE_URL: server.url, CADASTRE_TOKEN: auditor } });
const verify = (what: string, ...more: string[]) => cadastre("verify", what, "--key", vkey, ...more);
const copyOf = (name: string, copy: string): string => {
  cpSync(at(name), at(copy), { recursive: true });
  return at(copy);
};
const filesIn = (directory: string): string[] => readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => statSync(join(directory, file)).isFile()).sort();

describe("cadastre verify, of a log", () => {
  test("checks the tree of a server with nothing but the vkey", async () => {
    for (const url of [server.url, `${server.url}/audit`, `${server.url}/audit/`]) {
      const { code, out, err } = await verify(url);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out.split("\n")).toEqual([
        expect.stringMatching(/^the audit log \S+ has 600 entries under the root \S{44}$/),
        "no entries are disclosed: only their hashes were checked",
        `signed by ${vkey}`,
        "UNWITNESSED: neither a trusted witness nor a remembered checkpoint stands behind it",
        "",
      ]);
    }
  });

  test("stands by a remembered checkpoint", async () => {
    const { code, out } = await verify(server.url, "--since", checkpoint);
    expect(code).toBe(0);
    expect(out).toContain("extends the remembered checkpoint of 600 entries");
    expect(out).not.toContain("UNWITNESSED");
  });

  test("ends with 3 for who trusts others, and with 69 where nobody answers", async () => {
    expect((await cadastre("verify", server.url, "--key", stranger)).code).toBe(3);
    expect((await cadastre("verify", server.url)).code).toBe(3);
    expect((await verify("http://127.0.0.1:9/log")).code).toBe(69);
  });

  test("checks a mirror offline, and the same files on any web server", async () => {
    expect(filesIn(at("bare"))).toEqual(["checkpoint", "dropped", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "vkey"]);
    const offline = await verify(at("bare"), "--since", checkpoint);
    expect({ code: offline.code, err: offline.err }).toEqual({ code: 0, err: "" });
    const web = await serveFiles(at("bare"));
    try {
      expect(await runCadastre(["verify", web.url, "--key", vkey, "--since", checkpoint], { env: { CADASTRE_URL: server.url, CADASTRE_TOKEN: auditor } })).toEqual(offline);
      expect(web.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
    } finally {
      await web.close();
    }
  });

  test.each<[string, (mirror: string) => void, string]>([
    ["a flipped hash", (mirror) => flip(join(mirror, "tile/0/001"), 40), "faulty index 256\n"],
    ["a missing tile", (mirror) => rmSync(join(mirror, "tile/0/000")), "faulty index 0\n"],
    ["a cut tile", (mirror) => writeFileSync(join(mirror, "tile/0/002.p/88"), readFileSync(join(mirror, "tile/0/002.p/88")).subarray(0, 320)), "faulty index 522\n"],
    ["a tile that does not end", (mirror) => replaceBy(join(mirror, "tile/0/000"), "/dev/zero"), "faulty index 0\n"],
    ["a tile that is a directory", (mirror) => replaceBy(join(mirror, "tile/0/001"), "."), "faulty index 256\n"],
    ["a checkpoint that is altered", (mirror) => flip(join(mirror, "checkpoint"), 30), "faulty index 0\n"],
    ["no checkpoint", (mirror) => rmSync(join(mirror, "checkpoint")), "faulty index 0\n"],
  ])("names the first faulty index of a mirror with %s", async (what, change, expected) => {
    const mirror = copyOf("bare", `bare with ${what}`);
    change(mirror);
    const { code, out } = await verify(mirror);
    expect({ code, out }).toEqual({ code: 1, out: expected });
  });

  test("does not wait for a pipe that stands where a tile should", async () => {
    const mirror = copyOf("bare", "bare with a pipe");
    rmSync(join(mirror, "tile/0/001"));
    execFileSync(MAKE_PIPE, [join(mirror, "tile/0/001")]);
    expect(await verify(mirror)).toMatchObject({ code: 1, out: "faulty index 256\n" });
  });

  test("bears web servers that compress, redirect, never end or fail", async () => {
    const files = at("bare");
    const bytesOf = (url = ""): Buffer => readFileSync(join(files, url));
    const gzip = await serve(({ url }, response) => {
      try {
        const bytes = gzipSync(bytesOf(url));
        response.writeHead(200, { "content-encoding": "gzip" }).end(bytes);
      } catch {
        response.writeHead(404).end();
      }
    });
    const moved = await serve(({ url }, response) => void response.writeHead(302, { location: `${gzip.url}${url}` }).end());
    const circle = await serve(({ url }, response) => void response.writeHead(302, { location: url }).end());
    const bomb = await serve(({ url }, response) => {
      if (url === "/checkpoint") return void response.end(bytesOf(url));
      if (!url?.startsWith("/tile/0")) return void response.writeHead(404).end();
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
    });
    const broken = await serve((_request, response) => void response.writeHead(500).end());
    try {
      expect((await verify(gzip.url)).code).toBe(0);
      expect((await verify(moved.url)).code).toBe(0);
      expect((await verify(circle.url)).code).toBe(69);
      expect(await verify(bomb.url)).toMatchObject({ code: 1, out: "faulty index 0\n" });
      expect((await verify(broken.url)).code).toBe(1);
    } finally {
      await Promise.all([gzip, moved, circle, bomb, broken].map((web) => web.close()));
    }
  });

  test("checks every entry for who may read them, and mirrors them", async () => {
    const { code, out } = await asAuditor("verify", server.url, "--key", vkey);
    expect(code).toBe(0);
    expect(out).toContain("each of 600 entries is the one that was hashed");
    expect(await asAuditor("audit", "mirror", at("full"))).toMatchObject({ code: 0 });
    await publishAll(world.deps);
    const again = await asAuditor("audit", "mirror", at("full"));
    expect(again.code).toBe(0);
    const size = Number(/mirrors (\d+) entries/.exec(again.out)![1]);
    expect(size).toBeGreaterThan(SIZE);
    expect(filesIn(at("full")).filter((file) => file.includes(".p/"))).toEqual([`tile/0/002.p/${size - 512}`, "tile/1/000.p/2", `tile/entries/002.p/${size - 512}`]);
    const verified = await verify(at("full"), "--since", checkpoint);
    expect(verified).toMatchObject({ code: 0, err: "" });
    expect(verified.out).toContain(`each of ${size} entries is the one that was hashed\n`);
    expect(verified.out).toContain("extends the remembered checkpoint of 600 entries");
  });

  test("names the entry of a mirror that was altered", async () => {
    const mirror = copyOf("full", "full and altered");
    flip(join(mirror, "tile/entries/001"), 20);
    expect(await verify(mirror)).toMatchObject({ code: 1, out: "faulty index 256\n" });
  });

  test("leaves a mirror alone that would lose by an update", async () => {
    const before = filesIn(at("full"));
    await logEntries(world.deps, 300);
    expect((await cadastre("audit", "mirror", at("full"))).code).toBe(1);
    const other = await setup({ config: { CADASTRE_AUDIT_ORIGIN: "other.example" } });
    const young = await startServer(other);
    try {
      expect((await runCadastre(["audit", "mirror", at("full")], { env: { CADASTRE_URL: young.url } })).code).toBe(1);
      await publishAll(other.deps);
      expect((await runCadastre(["audit", "mirror", at("full")], { env: { CADASTRE_URL: young.url } })).err).toContain("mirrors another log");
    } finally {
      await young.close();
      await other.close();
    }
    expect((await verify(at("full"))).code).toBe(0);
    expect(filesIn(at("full"))).toEqual(expect.arrayContaining(before));
  });

  test("bears holes that the log itself logs, on the server and in mirrors", async () => {
    world.clock.advance("P10D");
    await dropAuditEntries(world.deps, { actor: "arthur", before: new Date(world.clock.now().getTime() - 9 * 86_400_000) });
    await logEntries(world.deps, 300);
    await finishDrops(world.deps);
    const { code, out, err } = await asAuditor("verify", server.url, "--key", vkey, "--since", checkpoint);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/\n\d+ entries were dropped, as the log itself says\n/);
    expect(await asAuditor("audit", "mirror", at("holes"))).toMatchObject({ code: 0, err: "" });
    expect(await verify(at("holes"), "--since", checkpoint)).toMatchObject({ code: 0, out: expect.stringContaining("were dropped") });
    rmSync(join(at("holes"), "dropped"));
    expect(await verify(at("holes"))).toMatchObject({ code: 1, out: "faulty index 0\n" });
  });
});

function flip(file: string, place: number): void {
  const bytes = readFileSync(file);
  bytes[place]! ^= 1;
  writeFileSync(file, bytes);
}

function replaceBy(file: string, target: string): void {
  rmSync(file);
  symlinkSync(target, file);
}
