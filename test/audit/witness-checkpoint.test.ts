import { createHash, generateKeyPairSync } from "node:crypto";
import { formatAddCheckpoint, parseAddCheckpoint } from "../../src/protocol/tlog/add-checkpoint";
import { isSignedBy, openCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { COSIGNATURE, ED25519, formatVkey, parseNote, parseVkey, type Vkey, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { type TestServer, startServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { createOtherLog, type OtherLog } from "./other-log";

let world: World;
let server: TestServer;
let vkey: Vkey;
const { privateKey } = generateKeyPairSync("ed25519");
const log = createOtherLog("log.example/a", { privateKey });
const fork = createOtherLog("log.example/a", { privateKey, story: "second" });
const fresh = ["b", "c", "d", "e", "f", "g"].map((name) => createOtherLog(`log.example/${name}`));

beforeAll(async () => {
  const vkeys = [log, ...fresh].map((each) => formatVkey(each.vkey));
  world = await setup({ config: { CADASTRE_WITNESSED_LOGS: vkeys.join(","), CADASTRE_AUDIT_ORIGIN: "ours.example/audit" } });
  server = await startServer(world);
  vkey = parseVkey((await (await fetch(`${server.url}/audit/witness/vkey`)).text()).trimEnd());
});
afterAll(async () => {
  await server.close();
  await world.close();
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

async function add(body: Buffer | string): Promise<Answer> {
  const response = await fetch(`${server.url}/audit/witness/add-checkpoint`, { method: "POST", body });
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}
const nextLog = (): OtherLog => fresh.pop() as OtherLog;
const sizeOf = async (origin: string): Promise<number | undefined> =>
  (await world.deps.db.query<{ size: number }>("testWitnessed", "select size::int as size from witnessed_logs where origin = $1", [origin]))[0]?.size;

test("the vkey is of a witness, under the name of our log", () => {
  expect(vkey).toMatchObject({ name: "ours.example/audit/witness", type: COSIGNATURE });
});

test("checkpoints of a log that only grows are cosigned, each at its time, from the first to one that is sent again", async () => {
  for (const [oldSize, size, time] of [[0, 0, 1], [0, 3, 2], [3, 8, 3], [8, 8, 4], [8, 300, 5]] as const) {
    world.clock.set(new Date(1_800_000_000_000 + time * 1000));
    const { status, text } = await add(await log.submission(oldSize, size));
    expect(status).toBe(200);
    const note = parseNote((await log.note(size)) + text);
    expect(isSignedBy(note, vkey)).toBe(true);
    expect(openCheckpoint((await log.note(size)) + text, [log.vkey, vkey])).toMatchObject({ size, witnesses: [{ name: vkey.name }] });
    expect(note.signatures.at(-1)?.signature.readBigUInt64BE(0)).toBe(1_800_000_000n + BigInt(time));
    expect(await sizeOf("log.example/a")).toBe(size);
  }
});

test("the last checkpoint is there for monitors, signed by the log and cosigned by us, without the signatures of others", async () => {
  const monitored = nextLog();
  const address = `${server.url}/audit/witness/${createHash("sha256").update(monitored.vkey.name).digest("hex")}/checkpoint`;
  expect((await fetch(address)).status).toBe(404);
  const submitted = parseAddCheckpoint(await monitored.submission(0, 5));
  const stranger = createOtherLog("stranger.example/log");
  const foreign = parseNote(await stranger.note(5)).signatures[0]?.line ?? "";
  const { text } = await add(formatAddCheckpoint({ ...submitted, checkpoint: Buffer.concat([submitted.checkpoint, Buffer.from(foreign)]) }));
  expect(await (await fetch(address)).text()).toBe((await monitored.note(5)) + text);
});

describe("a checkpoint is refused", () => {
  beforeAll(async () => {
    if ((await sizeOf("log.example/a")) === undefined) await add(await log.submission(0, 300));
  });

  test.each([
    ["without a body", ""],
    ["without its old size", "\n\n"],
    ["with another word for it", "new 3\n\n"],
    ["with an old size that is not written as a size", "old 03\n\n"],
    ["with an old size past all counting", "old 9007199254740993\n\n"],
    ["with too many hashes", `old 3\n${`${"A".repeat(43)}=\n`.repeat(64)}\n`],
    ["with a hash that is no hash", "old 3\nAAAA\n\n"],
    ["with a hash written in another way", `old 3\n${"A".repeat(42)}B=\n\n`],
  ])("%s: 400", async (_what, head) => {
    expect(await add(Buffer.concat([Buffer.from(head), Buffer.from(await log.note(300))]))).toMatchObject({ status: 400 });
  });

  test("that is no note, or whose note is no checkpoint: 400", async () => {
    const note = await log.note(300);
    for (const spoilt of ["", note.trimEnd(), note.replace("\n300\n", "\n0300\n"), note.replace("— ", "- "), note.replace("log", "l\u0007og")]) {
      expect(await add(`old 300\n\n${spoilt}`)).toMatchObject({ status: 400 });
    }
    expect(await add(Buffer.concat([Buffer.from("old 300\n\n"), Buffer.from([0xff]), Buffer.from(note)]))).toMatchObject({ status: 400 });
  });

  test("of an old size larger than its own: 400", async () => {
    expect(await add(formatAddCheckpoint({ oldSize: 300, proof: [], checkpoint: Buffer.from(await log.note(8)) }))).toMatchObject({ status: 400 });
  });

  test("longer than anybody needs: 413", async () => {
    expect(await add(Buffer.alloc(300_000, "x"))).toMatchObject({ status: 413 });
  });

  test("of a log that we do not watch: 404", async () => {
    const stranger = createOtherLog("stranger.example/log");
    expect(await add(await stranger.submission(0, 5))).toMatchObject({ status: 404 });
    expect(await sizeOf("stranger.example/log")).toBeUndefined();
  });

  test("that the log has not signed, or whose signature is forged, even beside a genuine one: 403", async () => {
    const impostor = createOtherLog("log.example/a");
    expect(await add(await impostor.submission(0, 5))).toMatchObject({ status: 403 });
    const genuine = await log.note(300);
    const forged = genuine.replace(/\n— .*\n$/, (await fork.note(300)).slice((await fork.note(300)).lastIndexOf("\n— ")));
    const beside = genuine + forged.slice(forged.lastIndexOf("— "));
    for (const note of [forged, beside]) expect(await add(`old 300\n\n${note}`)).toMatchObject({ status: 403 });
    const asWitness = vkeyOf("log.example/a", COSIGNATURE, privateKey);
    expect(await add(`old 300\n\n${genuine.replace(/— .*/, `— ${asWitness.name} ${Buffer.concat([Buffer.from(asWitness.id, "hex"), Buffer.alloc(72)]).toString("base64")}`)}`)).toMatchObject({ status: 403 });
  });

  test("that follows another one than the last: 409 with the size of the last", async () => {
    const followed = nextLog();
    expect(await add(await followed.submission(4, 9))).toEqual({ status: 409, type: "text/x.tlog.size", text: "0\n" });
    await add(await followed.submission(0, 7));
    for (const [oldSize, size] of [[0, 9], [4, 9], [8, 9], [0, 7], [4, 4], [0, 0]] as const) {
      expect(await add(await followed.submission(oldSize, size))).toEqual({ status: 409, type: "text/x.tlog.size", text: "7\n" });
    }
    expect(await sizeOf(followed.vkey.name)).toBe(7);
  });

  test("that forks from the last one, at its size or beyond, or whose proof is not one: 422", async () => {
    expect(await add(await fork.submission(300, 300))).toMatchObject({ status: 422 });
    const genuine = parseAddCheckpoint(await log.submission(300, 300));
    expect(await add(formatAddCheckpoint({ ...genuine, proof: [Buffer.alloc(32)] }))).toMatchObject({ status: 422 });
    const branching = nextLog();
    await add(await branching.submission(0, 7));
    const grown = parseAddCheckpoint(await branching.submission(7, 13));
    for (const proof of [[], grown.proof.slice(1), [...grown.proof, Buffer.alloc(32)], [...grown.proof].reverse(), [Buffer.alloc(32), ...grown.proof.slice(1)]]) {
      expect(await add(formatAddCheckpoint({ ...grown, proof }))).toMatchObject({ status: 422 });
    }
    expect(await sizeOf(branching.vkey.name)).toBe(7);
    expect(await add(await branching.submission(7, 13))).toMatchObject({ status: 200 });
  });

  test("that proves what needs no proof, or gives the empty tree a root: 422", async () => {
    const first = nextLog();
    const submitted = parseAddCheckpoint(await first.submission(0, 5));
    expect(await add(formatAddCheckpoint({ ...submitted, proof: [Buffer.alloc(32)] }))).toMatchObject({ status: 422 });
    expect(await add(`old 0\n\n${await first.note(0, await first.root(5))}`)).toMatchObject({ status: 422 });
    expect(await sizeOf(first.vkey.name)).toBeUndefined();
  });
});

test("of two checkpoints that follow the same one, sent at once, one is cosigned, and no leaves are rolled back", async () => {
  const raced = nextLog();
  await add(await raced.submission(0, 10));
  for (let round = 0; round < 10; round += 1) {
    const oldSize = (await sizeOf(raced.vkey.name)) as number;
    const bodies = await Promise.all(Array.from({ length: 8 }, (_, at) => raced.submission(oldSize, oldSize + 1 + at)));
    const answers = await Promise.all(bodies.map(add));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await sizeOf(raced.vkey.name)).toBe(oldSize + 1 + winner);
    for (const { status, text } of answers) if (status === 409) expect(text).toBe(`${oldSize + 1 + winner}\n`);
  }
});

test("two first checkpoints that fork, sent at once, are not both cosigned", async () => {
  const keys = generateKeyPairSync("ed25519").privateKey;
  const [one, other] = ["first", "second"].map((story) => createOtherLog("log.example/twins", { story, privateKey: keys })) as [OtherLog, OtherLog];
  const deps = { ...world.deps, config: { ...world.deps.config, witnessedLogs: [formatVkey(one.vkey)] } };
  const twins = await startServer({ deps });
  try {
    const bodies = await Promise.all([one, other, one, other].map((each) => each.submission(0, 5)));
    const statuses = await Promise.all(bodies.map(async (body) => (await fetch(`${twins.url}/audit/witness/add-checkpoint`, { method: "POST", body })).status));
    expect(statuses.sort()).toEqual([200, 409, 409, 409]);
  } finally {
    await twins.close();
  }
});

test("a log that is to be watched is named by the vkey of a log", async () => {
  const asWitness = formatVkey(vkeyOf("log.example/a", COSIGNATURE, privateKey));
  for (const [text, why] of [[asWitness, "CADASTRE_WITNESSED_LOGS: log.example/a is the vkey of a witness"], ["no vkey", "CADASTRE_WITNESSED_LOGS: expected a vkey"]] as const) {
    const deps = { ...world.deps, config: { ...world.deps.config, witnessedLogs: [text] } };
    await expect(startServer({ deps })).rejects.toThrow(why);
  }
  expect(log.vkey.type).toBe(ED25519);
});

test("no audit entry is written for the logs of others", async () => {
  const [{ number } = { number: -1 }] = await world.deps.db.query<{ number: number }>("testEntries", "select count(*)::int as number from audit_entry_facts");
  expect(number).toBe(0);
});
