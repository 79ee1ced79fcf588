import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { newKeys } from "../../src/platform/crypto/keys-file";
import { parseKeys } from "../../src/platform/crypto/keys";
import { type CertificatePayload, parseTrustedKey, sealCertificate, verifyCertificate } from "../../src/protocol/certificate";
import { canonicalBytes } from "../../src/protocol/canonical-json";
import { publicKeyText } from "../../src/protocol/signing-keys";

const newKey = () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const publicKey = publicKeyText(privateKey);
  return { privateKey, publicKey, trusted: parseTrustedKey(publicKey) };
};
const key = newKey();
const stranger = newKey();

const payload: CertificatePayload = {
  version: 1,
  id: "01992f00-0000-7000-8000-000000000001",
  request: "01992f00-0000-7000-8000-000000000002",
  result: "COMPLETE_EXCEPT_RETAINED",
  issuedAt: "2026-11-22T15:00:00.000Z",
  asOf: "2026-11-22T15:00:00.000Z",
  datasets: [
    { dataset: "dataset:postgres%3A%2F%2Fbilling:invoices", outcome: "RETAINED", grade: "G3", parts: [{ outcome: "RETAINED", count: 3, rule: "hgb-257", until: "2034-12-31T23:00:00.000Z" }] },
    { dataset: "dataset:postgres%3A%2F%2Fidentity:persons", outcome: "ERASED", grade: "G3", parts: [{ outcome: "ERASED", count: 1 }] },
  ],
  gaps: [],
  waivers: [],
  backupsUntil: "2026-12-22T15:00:00.000Z",
};
const file = sealCertificate(payload, key);
const verdictOf = (bytes: Uint8Array, ...trusted: ReturnType<typeof parseTrustedKey>[]) => verifyCertificate(bytes, trusted).verdict;
const resealed = (change: Partial<CertificatePayload>) => verdictOf(sealCertificate({ ...payload, ...change }, key), key.trusted);

describe("a certificate", () => {
  test("is genuine for whoever trusts its signer", () => {
    expect(verifyCertificate(file, [stranger.trusted, key.trusted])).toEqual({ verdict: "GENUINE", payload });
  });

  test("is of an unknown signer for everybody else", () => {
    expect(verdictOf(file, stranger.trusted)).toBe("UNKNOWN_SIGNER");
    expect(verdictOf(file)).toBe("UNKNOWN_SIGNER");
  });

  test("names its signer by the hash of the key", () => {
    const { signature } = JSON.parse(file.toString()) as { signature: { keyId: string } };
    const raw = Buffer.from(key.publicKey.slice("whpk_".length), "base64");
    expect(signature.keyId).toBe(createHash("sha256").update(raw).digest("base64url"));
  });

  test("names its signer as the keys file does, so that it can be found among the published keys", () => {
    const [signer] = parseKeys(JSON.stringify(newKeys(new Date(0)))).certificateKeys;
    const { signature } = JSON.parse(sealCertificate(payload, signer!).toString()) as { signature: { keyId: string } };
    expect(signature.keyId).toBe(signer!.id);
  });

  test("altered in any byte is never genuine", () => {
    const place = fc.nat(file.length - 1);
    const altered = fc.oneof(
      fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(([at, mask]) => file.map((byte, index) => (index === at ? byte ^ mask : byte))),
      place.map((at) => Buffer.concat([file.subarray(0, at), file.subarray(at + 1)])),
      fc.tuple(place, fc.nat(255)).map(([at, byte]) => Buffer.concat([file.subarray(0, at), Buffer.from([byte]), file.subarray(at)])),
      place.map((at) => file.subarray(0, at)),
    );
    fc.assert(fc.property(altered, (bytes) => verdictOf(bytes, key.trusted) !== "GENUINE"), { numRuns: 3000 });
  });

  test("whose statement was altered is faulty, not merely of an unknown signer", () => {
    const altered = file.toString().replace('"grade":"G3"', '"grade":"G4"');
    expect(verdictOf(Buffer.from(altered), key.trusted)).toBe("FAULTY");
  });

  test("in other bytes of the same JSON is faulty", () => {
    const spaced = Buffer.from(JSON.stringify(JSON.parse(file.toString()), null, 1));
    expect(verdictOf(spaced, key.trusted)).toBe("FAULTY");
  });

  test("with a word beside payload and signature is faulty: nothing signs it", () => {
    const { payload: said, signature } = JSON.parse(file.toString()) as Record<string, unknown>;
    expect(verdictOf(canonicalBytes({ payload: said, signature, note: "all fine" }), key.trusted)).toBe("FAULTY");
  });

  test("of a signer that labels its keys otherwise is genuine", () => {
    const parsed = JSON.parse(file.toString()) as { signature: { keyId: string } };
    parsed.signature.keyId = "certificates-2026";
    expect(verdictOf(canonicalBytes(parsed), key.trusted)).toBe("GENUINE");
  });

  test.each<[string, Partial<CertificatePayload>]>([
    ["a retained dataset", { result: "COMPLETE" }],
    ["a gap", { gaps: [{ dataset: "dataset:a:b", reason: "NO_SERVICE" }] }],
    ["a grade below G3", { datasets: [{ dataset: "dataset:a:b", outcome: "ERASED", grade: "G2", parts: [] }] }],
    ["a part that failed", { datasets: [{ dataset: "dataset:a:b", outcome: "ERASED", grade: "G3", parts: [{ outcome: "FAILED" }] }] }],
    ["no dataset at all", { datasets: [] }],
    ["a waiver", { waivers: [{ dataset: "dataset:a:b", role: "privacy-officer", code: "other" }] }],
  ])("that says complete in spite of %s is faulty though its signature fits", (_what, change) => {
    expect(resealed(change)).toBe("FAULTY");
    expect(resealed({ ...change, result: "INCOMPLETE" })).toBe("GENUINE");
  });

  test("of another version is faulty", () => {
    expect(resealed({ version: 2 } as unknown as CertificatePayload)).toBe("FAULTY");
  });
});

describe("a key to trust", () => {
  const raw = Buffer.from(key.publicKey.slice("whpk_".length), "base64");
  const vkey = (name: string, hashed: string, bytes: Buffer): string =>
    `${name}+${createHash("sha256").update(`${hashed}\n`).update(bytes).digest("hex").slice(0, 8)}+${bytes.toString("base64")}`;
  const typed = Buffer.concat([Buffer.from([1]), raw]);

  test("may be given as a vkey", () => {
    const trusted = parseTrustedKey(vkey("cadastre.example/log", "cadastre.example/log", typed));
    expect(verdictOf(file, trusted)).toBe("GENUINE");
  });

  test.each([
    ["a vkey whose hash is of another name", vkey("cadastre.example/log", "other", typed)],
    ["a vkey of another algorithm", vkey("log", "log", Buffer.concat([Buffer.from([2]), raw]))],
    ["a shared secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ["a private key", `whsk_${raw.toString("base64")}`],
    ["a key that is too short", "whpk_AAAA"],
    ["nothing", ""],
  ])("is not %s", (_what, text) => {
    expect(() => parseTrustedKey(text)).toThrow();
  });
});
