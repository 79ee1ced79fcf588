import { generateKeyPairSync } from "node:crypto";
import { leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { verifyLog } from "../../../src/protocol/tlog/log-verification";
import { ED25519, vkeyOf } from "../../../src/protocol/tlog/signed-note";
import { Draw } from "./drawing";
import { FILE_TAMPERINGS, type PublishedLog } from "./file-tampering";
import { checkpointOf, type Dropped, entryOf, type Files, filesOf, type Owner } from "./static-log";

/*
 * A hundred thousand tamperings are shared with database-tampering.test.ts: these here are done in the static files that a mirror serves, and judged by
 * somebody who trusts the log's key and remembers a checkpoint. What cannot be detected so:
 *   - what a history became after the remembered checkpoint: whoever remembers nothing takes an old mirror, or a fork by the key's thief, for the log
 *     (shown below; that is why `verify` says UNWITNESSED);
 *   - that all entries are withheld: then only their hashes are checked, and `disclosed` is 0 (shown below).
 */
const OWNER: Owner = { origin: "log.example/audit", key: generateKeyPairSync("ed25519").privateKey };
const KEYS = { vkeys: [vkeyOf(OWNER.origin, ED25519, OWNER.key)], nameless: [] };
const SIZES = [1, 2, 3, 17, 100, 255, 256, 257, 300, 512, 513];
const SEED = Number(process.env.CADASTRE_TEST_SEED ?? 20261122);
const LONGEST_MS = 15 * 60_000;
const TAMPERINGS = process.env.CADASTRE_TEST_POSTGRES === "15" ? 4_750 : 95_000;

const judge = (files: Files, since?: Buffer) => verifyLog((path) => Promise.resolve(files.get(path)), { keys: KEYS, since });

const publish = (size: number, remembered: number, options: { readonly disclosed: boolean }): PublishedLog =>
  publishEntries(Array.from({ length: size }, (_, at) => entryOf("log", at)), remembered, options);

function publishEntries(entries: readonly Buffer[], remembered: number, options: { readonly disclosed: boolean; readonly dropped?: Dropped }): PublishedLog {
  const hashes = entries.map(leafHash);
  return { owner: OWNER, entries, hashes, remembered, since: checkpointOf(hashes.slice(0, remembered), OWNER), files: filesOf(entries, OWNER, options), ...options };
}

/** Entries of its first tile are gone, as one of the third says. */
function publishDropped(): PublishedLog {
  const ranges = [{ from: 3, to: 40 }, { from: 41, to: 200 }];
  const said = { action: "audit.drop-audit-entries", source: "3-40,41-200" };
  const entries = Array.from({ length: 600 }, (_, at) => entryOf("log", at, at === 520 ? said : {}));
  return publishEntries(entries, 555, { disclosed: true, dropped: { ranges, entry: 520 } });
}

describe("tampering with the static files of a log", () => {
  const draw = new Draw(SEED);
  const logs = [
    ...SIZES.flatMap((size) => [publish(size, size, { disclosed: true }), publish(size, 1 + draw.below(size), { disclosed: true }), publish(size, 1 + draw.below(size), { disclosed: false })]),
    publishDropped(),
  ];

  test("is not suspected where nothing was done", async () => {
    for (const log of logs) {
      expect(await judge(log.files, log.since)).toMatchObject({ verdict: "GENUINE", checkpoint: { size: log.entries.length } });
    }
  });

  test(`is detected each of ${TAMPERINGS} times, and named by the first index at which it shows`, async () => {
    const names = Object.keys(FILE_TAMPERINGS);
    const counts: Record<string, number> = {};
    for (let done = 0; done < TAMPERINGS; ) {
      const name = names[done % names.length] as string;
      const log = draw.of(logs);
      const tampered = FILE_TAMPERINGS[name]!(log, draw);
      if (tampered === undefined) continue;
      const found = await judge(tampered.files, log.since);
      const isNamed = found.verdict === "FAULTY" && (tampered.indexes.length === 0 ? found.index === log.remembered : tampered.indexes.includes(found.index as number));
      const isUnsigned = found.verdict === "UNKNOWN_SIGNER" && tampered.indexes.length === 0;
      if (!isNamed && !isUnsigned) {
        const what = { name, done, seed: SEED, size: log.entries.length, remembered: log.remembered, disclosed: log.disclosed, indexes: tampered.indexes };
        throw new Error(`${JSON.stringify(what)} was judged ${JSON.stringify({ ...found, checkpoint: undefined, since: undefined })}`);
      }
      counts[name] = (counts[name] ?? 0) + 1;
      done += 1;
    }
    process.stdout.write(`tampering with files, seed ${SEED}: ${JSON.stringify(counts)}\n`);
  }, LONGEST_MS);

  test("cannot be detected by whoever remembers nothing, where an old mirror or another history is shown", async () => {
    const log = publish(300, 200, { disclosed: true });
    const fork = [...log.entries.slice(0, 150), ...Array.from({ length: 80 }, (_, at) => entryOf("fork", at))];
    for (const [entries, index] of [[log.entries.slice(0, 150), 150], [fork, 0]] as const) {
      const files = filesOf(entries, OWNER, log);
      expect(await judge(files)).toMatchObject({ verdict: "GENUINE" });
      expect(await judge(files, log.since)).toMatchObject({ verdict: "FAULTY", index });
    }
  });

  test("cannot be told from not disclosing, where all entries are withheld", async () => {
    const log = publish(300, 200, { disclosed: true });
    const withheld = new Map([...log.files].filter(([path]) => !path.includes("entries")));
    expect(await judge(withheld, log.since)).toMatchObject({ verdict: "GENUINE", disclosed: 0 });
  });

  test("is named by its leaf in a log of three levels of tiles, too", async () => {
    const log = publish(65_536 + 300, 65_600, { disclosed: true });
    const hash = (level: number, at: number): [string, Buffer] => {
      const path = [...log.files.keys()].find((name) => name.startsWith(`tile/${level}/`)) as string;
      const bytes = Buffer.from(log.files.get(path) as Buffer);
      bytes[32 * at] = (bytes[32 * at] as number) ^ 1;
      return [path, bytes];
    };
    expect(await judge(log.files, log.since)).toMatchObject({ verdict: "GENUINE" });
    expect(await judge(new Map([...log.files, hash(1, 200)]), log.since)).toMatchObject({ verdict: "FAULTY", index: 51_200 });
    expect(await judge(new Map([...log.files, hash(2, 0)]), log.since)).toMatchObject({ verdict: "FAULTY", index: 0 });
  });
});
