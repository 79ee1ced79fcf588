import { generateKeyPairSync } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequestCosignaturesJob } from "../../src/audit/jobs/request-cosignatures-job";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { findNewestCheckpoint, noteOf } from "../../src/audit/storage/log-queries";
import { requestCosignature } from "../../src/audit/use-cases/request-cosignature";
import { parseWitnesses, type Witness } from "../../src/audit/witness-model";
import type { Deps } from "../../src/platform/deps";
import { createLogger } from "../../src/platform/logger";
import { createOutbound, type Outbound } from "../../src/platform/outbound/outbound";
import { parseAddCheckpoint } from "../../src/protocol/tlog/add-checkpoint";
import { cosign, openCheckpoint } from "../../src/protocol/tlog/checkpoint";
import { COSIGNATURE, ED25519, formatVkey, parseNote, type Vkey, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { startServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { logEntries, publishAll } from "./logged-world";

let outbound: Outbound;
let world: World;
let deps: Deps;
const closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  outbound = createOutbound({ allow: ["127.0.0.0/8"] });
  world = await setup({ config: { CADASTRE_AUDIT_ORIGIN: "one.example/audit" } });
  deps = world.deps;
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await outbound.close();
  await world.close();
});

/** Lets the log grow by this many entries, under a checkpoint; answers its size. */
async function grow(entries: number): Promise<number> {
  await logEntries(deps, entries);
  return (await findNewestCheckpoint(deps.db))!.size;
}
const vkeysOf = ({ config, keyring }: Deps): readonly Vkey[] => openSigner(config, keyring).vkeys(config.auditOrigin);
const newestNote = async (): Promise<string> => noteOf((await findNewestCheckpoint(deps.db))!);
const cosignatures = async (): Promise<number> => (await findNewestCheckpoint(deps.db))?.cosignatures.length ?? 0;

const KEY = generateKeyPairSync("ed25519").privateKey;
const NAME = "witness.example/w";
const OTHER_KEY = generateKeyPairSync("ed25519").privateKey;
const VKEY = vkeyOf(NAME, COSIGNATURE, KEY);
const AT = new Date("2026-03-02T09:00:01Z");

interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body: string | Buffer;
}

/** A witness of its own making, that answers what the test says. */
async function startWitness(reply: (body: Buffer, path: string) => Reply): Promise<Witness> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const { status, type = "text/plain", body } = reply(Buffer.concat(chunks), request.url as string);
      response.writeHead(status, { "content-type": type }).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closing.push(() => new Promise((closed) => server.close(closed).closeAllConnections()));
  const [witness] = parseWitnesses([{ vkey: formatVkey(VKEY), url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/w` }]);
  return witness as Witness;
}
const lineFor = (body: Buffer, key = { name: NAME, privateKey: KEY }): string => cosign(parseNote(parseAddCheckpoint(body).checkpoint).text, key, AT);

test("nothing is asked for before the first checkpoint", async () => {
  const witness = await startWitness(() => ({ status: 500, body: "" }));
  expect(await requestCosignature(deps, outbound, witness)).toBe(false);
});

test("two of us witness each other: each checkpoint of either carries the other's cosignature", async () => {
  const other = await setup({ config: { CADASTRE_AUDIT_ORIGIN: "two.example/audit" } });
  closing.push(other.close);
  const worlds = [world.deps, other.deps] as const;
  const witnesses: Witness[] = [];
  for (const [at, each] of worlds.entries()) {
    const watched = vkeysOf(worlds[1 - at] as Deps).map(formatVkey);
    const server = await startServer({ deps: { ...each, config: { ...each.config, witnessedLogs: watched } } });
    closing.push(server.close);
    const vkey = (await (await fetch(`${server.url}/audit/witness/vkey`)).text()).trimEnd();
    witnesses.push(...parseWitnesses([{ vkey, url: `${server.url}/audit/witness` }]));
  }
  const [ours, theirs] = witnesses as [Witness, Witness];
  expect([ours.vkey.name, theirs.vkey.name]).toEqual(["one.example/audit/witness", "two.example/audit/witness"]);

  for (const entries of [0, 1, 6, 293]) {
    const size = await grow(entries);
    expect(await requestCosignature(deps, outbound, theirs)).toBe(true);
    expect(openCheckpoint(await newestNote(), [...vkeysOf(deps), theirs.vkey])).toMatchObject({ size, witnesses: [{ name: theirs.vkey.name }] });
    expect(await requestCosignature(deps, outbound, theirs)).toBe(false);
  }
  await publishAll(other.deps);
  expect(await requestCosignature(other.deps, outbound, ours)).toBe(true);
});

test("a witness gets the checkpoint as the log signed it, with a proof from the size that it cosigned last", async () => {
  const sizes: number[] = [];
  const paths = new Set<string>();
  const witness = await startWitness((body, path) => {
    const { oldSize, proof, checkpoint } = parseAddCheckpoint(body);
    sizes.push(oldSize);
    paths.add(path);
    expect(parseNote(checkpoint).signatures).toHaveLength(1);
    expect(proof.length > 0).toBe(oldSize > 0);
    return { status: 200, body: lineFor(body) };
  });
  const first = await grow(3);
  await requestCosignature(deps, outbound, witness);
  await grow(2);
  await requestCosignature(deps, outbound, witness);
  expect(sizes).toEqual([0, first]);
  expect([...paths]).toEqual(["/w/add-checkpoint"]);
});

test("a witness that remembers another size is asked once more from there", async () => {
  const sizes: number[] = [];
  const witness = await startWitness((body) => {
    const { oldSize } = parseAddCheckpoint(body);
    sizes.push(oldSize);
    return oldSize === 4 ? { status: 200, body: lineFor(body) } : { status: 409, type: "text/x.tlog.size", body: "4\n" };
  });
  await grow(4);
  expect(await requestCosignature(deps, outbound, witness)).toBe(true);
  expect(sizes).toEqual([expect.any(Number), 4]);
});

test("lines of keys that nobody told us of are passed over, and not kept", async () => {
  const witness = await startWitness((body) => ({ status: 200, body: lineFor(body, { name: NAME, privateKey: OTHER_KEY }) + lineFor(body) + lineFor(body, { name: "other", privateKey: KEY }) }));
  await grow(2);
  expect(await requestCosignature(deps, outbound, witness)).toBe(true);
  expect(await cosignatures()).toBe(1);
  expect(openCheckpoint(await newestNote(), [...vkeysOf(deps), VKEY]).witnesses).toHaveLength(1);
});

describe("a witness is not believed, and nothing is kept, where it", () => {
  beforeAll(() => grow(5));
  const CONFLICT = { status: 409, type: "text/x.tlog.size" } as const;
  test.each<[string, (body: Buffer) => Reply, string]>([
    ["answers garbage", () => ({ status: 200, body: "cosigned!\n" }), "a signature line is malformed"],
    ["answers nothing", () => ({ status: 200, body: "" }), "no cosignature of its vkey"],
    ["answers half a line", (body) => ({ status: 200, body: lineFor(body).trimEnd() }), "does not end with a line end"],
    ["answers no UTF-8", () => ({ status: 200, body: Buffer.from([0xff, 0x0a]) }), "a signature line is malformed"],
    ["signs with another key", (body) => ({ status: 200, body: lineFor(body, { name: NAME, privateKey: OTHER_KEY }) }), "no cosignature of its vkey"],
    ["signs another checkpoint", () => ({ status: 200, body: cosign("one.example/audit\n9\nAAAA\n", { name: NAME, privateKey: KEY }, AT) }), "is not genuine"],
    ["gives a genuine line and one that is not", (body) => ({ status: 200, body: lineFor(body) + cosign("x\n", { name: NAME, privateKey: KEY }, AT) }), "is not genuine"],
    [
      "puts our note into one of its own making",
      (body) => ({ status: 200, body: `more\n\n${cosign(`${parseAddCheckpoint(body).checkpoint.toString()}more\n`, { name: NAME, privateKey: KEY }, AT)}` }),
      "a signature line is malformed",
    ],
    ["signs without a time", (body) => ({ status: 200, body: cosign(parseNote(parseAddCheckpoint(body).checkpoint).text, { name: NAME, privateKey: KEY }, new Date(0)) }), "is not genuine"],
    ["refuses", () => ({ status: 422, body: "no\n" }), "answered 422"],
    ["sends us elsewhere", () => ({ status: 307, body: "" }), "answered 307"],
    ["answers more than anybody would read", () => ({ status: 200, body: "x".repeat(100_000) }), "longer than"],
    ["has seen more of the log than there is", () => ({ ...CONFLICT, body: "999\n" }), "has cosigned 999 entries of this log, which has"],
    ["remembers a size that is none", () => ({ ...CONFLICT, body: "-1\n" }), "409 without a size"],
    ["remembers a size of another type", () => ({ ...CONFLICT, type: "text/plain", body: "3\n" }), "409 without a size"],
    ["never agrees on a size", () => ({ ...CONFLICT, body: "3\n" }), "answered 409"],
  ])("%s", async (_what, reply, why) => {
    await expect(requestCosignature(deps, outbound, await startWitness(reply))).rejects.toThrow(why);
    expect(await cosignatures()).toBe(0);
  });
});

test("a witness is named by the vkey of a witness, and by its address with or without the last segment", () => {
  const url = "https://witness.example/w";
  for (const written of [url, `${url}/`, `${url}/add-checkpoint`]) {
    expect(parseWitnesses([{ vkey: formatVkey(VKEY), url: written }])).toMatchObject([{ url: `${url}/add-checkpoint`, vkey: { id: VKEY.id } }]);
  }
  expect(() => parseWitnesses([{ vkey: formatVkey(vkeyOf(NAME, ED25519, KEY)), url }])).toThrow("CADASTRE_WITNESSES: witness.example/w is the vkey of a log");
});

test("one that is dead, or at an address that may not be called, is asked less and less, said once, and asked again", async () => {
  const lines: string[] = [];
  const heard: string[] = [];
  let alive = false;
  const witness = await startWitness((body) => ({ status: alive ? 200 : 503, body: lineFor(body) }));
  let elapsed = 0;
  const log = createLogger("info", { write: (line: string) => void lines.push(line) });
  const job = createRequestCosignaturesJob({ ...deps, log }, witness, { outbound, count: (name, outcome) => heard.push(`${name} ${outcome}`), elapsed: () => elapsed });
  await grow(3);
  for (; elapsed < 15_000; elapsed += 500) expect(await job.runOnce()).toBe(false);
  expect(heard).toEqual(Array<string>(4).fill("witness.example/w failed"));
  alive = true;
  expect(await job.runOnce()).toBe(true);
  expect(await job.runOnce()).toBe(false);
  expect(heard.at(-1)).toBe("witness.example/w cosigned");
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(["the witness does not cosign", "the witness cosigns again"]);

  const strict = createOutbound({ allow: [] });
  closing.push(() => strict.close());
  await grow(1);
  await expect(requestCosignature(deps, strict, witness)).rejects.toThrow("the address is not public");
  const gone = { ...witness, url: "http://127.0.0.1:1/add-checkpoint" };
  await expect(requestCosignature(deps, outbound, gone)).rejects.toThrow("no connection");
});
