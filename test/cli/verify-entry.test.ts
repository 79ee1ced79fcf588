import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createToken } from "../../src/access";
import { cosign } from "../../src/protocol/tlog/checkpoint";
import { COSIGNATURE, formatVkey, parseNote, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { logEntries } from "../audit/logged-world";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { type Ended, runCadastre } from "./run-cadastre";

const folder = mkdtempSync(join(tmpdir(), "cadastre-verify-entry-"));
const { privateKey } = generateKeyPairSync("ed25519");
const witness = formatVkey(vkeyOf("witness.example", COSIGNATURE, privateKey));
const UNWITNESSED = "UNWITNESSED: neither a trusted witness nor a remembered checkpoint stands behind it";

let world: World;
let server: TestServer;
let auditor: string;
let vkey: string;
let entry: { id: string; bytes: Buffer };
let proof: string;
let checkpoint: string;
const keep = (name: string, bytes: string | Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const cadastre = (...args: string[]): Promise<Ended> => runCadastre(args, { env: { CADASTRE_URL: server.url, CADASTRE_TOKEN: auditor } });
const verify = (file: string, ...more: string[]): Promise<Ended> => runCadastre(["verify", file, "--key", vkey, ...more]);

beforeAll(async () => {
  world = await setup();
  server = await startServer(world);
  ({ token: auditor } = await createToken(world.deps, { principal: "arthur", roles: ["auditor"], actor: "test" }));
  await logEntries(world.deps, 20, (at) => ({ action: "test.look", actor: `ada\u202e${at}` }));
  vkey = (await (await fetch(`${server.url}/audit/vkey`)).text()).trim();
  checkpoint = keep("checkpoint", await (await fetch(`${server.url}/audit/checkpoint`)).text());
  const [row] = await world.deps.db.query<{ id: string; bytes: Buffer }>("seventh", "select id, entry as bytes from audit_entries where leaf_index = 7");
  entry = row!;
  proof = join(folder, "entry.tlog-proof");
  expect(await cadastre("audit", "proof", entry.id, "-o", proof)).toEqual({ code: 0, out: "", err: "" });
});
afterAll(async () => {
  await server?.close();
  await world?.close();
  rmSync(folder, { recursive: true });
});

describe("cadastre verify, of a proof", () => {
  test("prints which entry stands in which log, and lets it play no tricks on the terminal", async () => {
    const { code, out, err } = await verify(proof);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")).toEqual([
      `entry 7 of the audit log ${world.deps.config.auditOrigin}, under its checkpoint of 21 entries`,
      entry.bytes.toString().replace("\u202e", "\\u{202e}"),
      `signed by ${vkey}`,
      UNWITNESSED,
      "",
    ]);
  });

  test("stands by the remembered checkpoint of the same size, and says that it can compare no other", async () => {
    const same = await verify(proof, "--since", checkpoint);
    expect(same).toMatchObject({ code: 0, out: expect.stringContaining("its checkpoint is the remembered one") });
    expect(same.out).not.toContain("UNWITNESSED");
    await logEntries(world.deps, 5);
    const later = keep("later", await (await fetch(`${server.url}/audit/checkpoint`)).text());
    const other = await verify(proof, "--since", later);
    expect(other).toMatchObject({ code: 0, out: expect.stringContaining("verify the log itself with --since") });
    expect(other.out).toContain(UNWITNESSED);
  });

  test("names the trusted witnesses of its checkpoint", async () => {
    const text = readFileSync(proof, "utf8");
    const note = text.slice(text.indexOf("\n\n") + 2);
    const witnessed = keep("witnessed", text + cosign(parseNote(note).text, { name: "witness.example", privateKey }, new Date(1_000_000)));
    const { code, out } = await verify(witnessed, "--key", witness);
    expect(code).toBe(0);
    expect(out).toContain(`witnessed by ${witness}\n`);
    expect(out).not.toContain("UNWITNESSED");
    expect((await verify(witnessed)).out).toContain(UNWITNESSED);
    expect((await runCadastre(["verify", witnessed, "--key", witness])).code).toBe(3);
  });

  test("takes the entry from a file where the proof does not carry it, and ends with 1 without", async () => {
    const bare = keep("bare", readFileSync(proof, "utf8").replace(/^extra .*\n/m, ""));
    const bytes = keep("entry", entry.bytes);
    expect((await verify(bare, "--entry", bytes)).code).toBe(0);
    expect(await verify(bare)).toMatchObject({ code: 1, out: "", err: expect.stringContaining("give the entry's bytes") });
    expect(await verify(bare, "--entry", proof)).toMatchObject({ code: 1, out: "faulty index 7\n" });
  });

  test("ends with 3 for who trusts others, and with 1 where it was altered", async () => {
    expect((await runCadastre(["verify", proof])).code).toBe(3);
    const altered = readFileSync(proof, "utf8").replace(/^index 7$/m, "index 8");
    expect((await verify(keep("altered", altered))).code).toBe(1);
    expect((await verify(keep("cut", altered.slice(0, 80)))).code).toBe(1);
  });

  test("is for who asks the server with the id of one entry", async () => {
    expect((await cadastre("audit", "proof")).code).toBe(64);
    expect((await cadastre("audit", "proof", "01992f00-0000-7000-8000-000000000001")).code).toBe(1);
  });
});

describe("cadastre verify, of an auditor's bundle", () => {
  let bundle: string;
  beforeAll(async () => {
    bundle = join(folder, "bundle.ndjson");
    expect(await cadastre("audit", "bundle", "--from", "2026-01-01T00:00:00Z", "--to", "2026-03-02T09:00:00Z", "-o", bundle)).toEqual({ code: 0, out: "", err: "" });
  });

  test("says that it holds every entry", async () => {
    const { code, out, err } = await verify(bundle);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^every entry of the audit log ${world.deps.config.auditOrigin} from 0 to before \\d+: \\d+ entries\nperiod, as stated: 2026-01-01T00:00:00.000Z to`));
    expect(out).toContain(UNWITNESSED);
    expect((await verify(bundle, "--since", checkpoint)).out).toContain("holds to the remembered checkpoint of 21 entries");
  });

  test("takes it from standard input", async () => {
    expect((await runCadastre(["verify", "-", "--key", vkey], { input: readFileSync(bundle) })).code).toBe(0);
  });

  test("ends with 1 where an entry was altered or it was cut off, and with 3 for who trusts others", async () => {
    const whole = readFileSync(bundle, "utf8");
    expect((await verify(keep("changed.ndjson", whole.replace('"actor":"ada', '"actor":"eve')))).code).toBe(1);
    expect((await verify(keep("cut.ndjson", whole.slice(0, -10)))).code).toBe(1);
    expect((await verify(keep("short.ndjson", whole.slice(0, whole.lastIndexOf("\n", whole.length - 2) + 1)))).code).toBe(1);
    expect((await runCadastre(["verify", bundle])).code).toBe(3);
  });
});
