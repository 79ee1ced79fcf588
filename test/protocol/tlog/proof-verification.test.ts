import { coverOf, foldCover, leafHash, type Subtree } from "../../../src/protocol/tlog/merkle-tree";
import { proveInclusion } from "../../../src/protocol/tlog/proofs";
import { verifyProof } from "../../../src/protocol/tlog/proof-verification";
import { ED25519, formatVkey, vkeyOf } from "../../../src/protocol/tlog/signed-note";
import { formatTlogProof } from "../../../src/protocol/tlog/tlog-proof";
import { parseTrustedKeys } from "../../../src/protocol/tlog/trusted-keys";
import { newPrivateKey, noteOver } from "./static-log";

const privateKey = newPrivateKey();
const keys = parseTrustedKeys([formatVkey(vkeyOf("log.example", ED25519, privateKey))]);
const ENTRIES = Array.from({ length: 20 }, (_, index) => Buffer.from(`{"index":${index}}`));
const hashOver = ({ height, index }: Subtree): Buffer => {
  if (height === 0) return leafHash(ENTRIES[index] as Buffer);
  return foldCover([hashOver({ height: height - 1, index: 2 * index }), hashOver({ height: height - 1, index: 2 * index + 1 })]);
};
const read = async (subtrees: readonly Subtree[]) => subtrees.map(hashOver);
const checkpoint = noteOver(ENTRIES, { privateKey });

let proof: string;
let bare: string;
beforeAll(async () => {
  expect(coverOf({ from: 0, to: 20 })).toHaveLength(2);
  const hashes = await proveInclusion(7, 20, read);
  proof = formatTlogProof({ index: 7, hashes, checkpoint, extra: ENTRIES[7] });
  bare = formatTlogProof({ index: 7, hashes, checkpoint });
});

describe("a proof of an entry", () => {
  test("is genuine for who trusts the log's key", () => {
    expect(verifyProof(proof, { keys })).toMatchObject({ verdict: "GENUINE", index: 7, entry: ENTRIES[7], checkpoint: { size: 20, origin: "log.example" } });
    expect(verifyProof(proof, { keys: parseTrustedKeys([]) })).toMatchObject({ verdict: "UNKNOWN_SIGNER" });
  });

  test("that does not carry its entry proves only what its reader holds in his hands", () => {
    expect(verifyProof(bare, { keys, entry: ENTRIES[7] })).toMatchObject({ verdict: "GENUINE", entry: ENTRIES[7] });
    expect(verifyProof(bare, { keys, entry: ENTRIES[8] })).toMatchObject({ verdict: "FAULTY", index: 7 });
    expect(verifyProof(bare, { keys })).toMatchObject({ verdict: "FAULTY", fault: expect.stringContaining("does not carry its entry") });
  });

  test("is faulty where the given entry is another one", () => {
    expect(verifyProof(proof, { keys, entry: ENTRIES[8] })).toMatchObject({ verdict: "FAULTY" });
  });

  test("agrees with a remembered checkpoint of the same size, and says nothing about others", () => {
    expect(verifyProof(proof, { keys, since: checkpoint })).toMatchObject({ verdict: "GENUINE", since: { size: 20 } });
    expect(verifyProof(proof, { keys, since: noteOver(ENTRIES.slice(0, 9), { privateKey }) })).not.toHaveProperty("since");
    const fork = noteOver([...ENTRIES.slice(0, 19), Buffer.from("other")], { privateKey });
    expect(verifyProof(proof, { keys, since: fork })).toMatchObject({ verdict: "FAULTY", fault: expect.stringContaining("forked") });
  });

  test("altered in any character is never genuine, or says the same", () => {
    const told = verifyProof(proof, { keys });
    for (let at = 0; at < proof.length; at += 1) {
      const altered = `${proof.slice(0, at)}${proof[at] === "A" ? "B" : "A"}${proof.slice(at + 1)}`;
      const verified = verifyProof(altered, { keys });
      if (verified.verdict === "GENUINE") expect(verified).toEqual(told);
    }
  });

  test("takes no more than 5 ms to verify", () => {
    const started = performance.now();
    for (let run = 0; run < 100; run += 1) verifyProof(proof, { keys });
    expect((performance.now() - started) / 100).toBeLessThan(5);
  });
});
