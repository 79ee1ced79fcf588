import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attachProof, type CertificatePayload, sealCertificate } from "../../src/protocol/certificate";
import { payloadDigest } from "../../src/protocol/certificate-proof";
import { publicKeyText } from "../../src/protocol/signing-keys";
import { ED25519, formatVkey, vkeyOf } from "../../src/protocol/tlog/signed-note";
import { formatTlogProof } from "../../src/protocol/tlog/tlog-proof";
import { noteOver } from "../protocol/tlog/static-log";
import { runCadastre } from "./run-cadastre";

const newKey = () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { privateKey, publicKey: publicKeyText(privateKey) };
};
const signer = newKey();
const stranger = newKey();
const payload: CertificatePayload = {
  version: 1,
  id: "01992f00-0000-7000-8000-000000000001",
  request: "01992f00-0000-7000-8000-000000000002",
  result: "INCOMPLETE",
  issuedAt: "2026-11-22T15:00:00.000Z",
  asOf: "2026-11-22T15:00:00.000Z",
  datasets: [
    { dataset: "dataset:postgres%3A%2F%2Fbilling:invoices", outcome: "RETAINED", grade: "G3", parts: [{ outcome: "RETAINED", count: 3 }] },
    { dataset: "dataset:postgres%3A%2F%2Fidentity:persons", outcome: "ERASED", grade: "G2", parts: [{ outcome: "ERASED", count: 1 }] },
  ],
  gaps: [{ dataset: "dataset:s3%3A%2F%2Flake:exports", reason: "NO_SERVICE" }],
  waivers: [],
  backupsUntil: "2026-12-22T15:00:00.000Z",
};

const folder = mkdtempSync(join(tmpdir(), "cadastre-verify-"));
afterAll(() => rmSync(folder, { recursive: true }));
const keep = (name: string, bytes: Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const certificate = sealCertificate(payload, signer);
const file = keep("certificate.json", certificate);

describe("cadastre verify", () => {
  test("prints what a certificate proves of each place, and what nobody can prove offline", async () => {
    const { code, out, err } = await runCadastre(["verify", file, "--key", stranger.publicKey, "--key", signer.publicKey]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")).toEqual([
      "G3 RETAINED dataset:postgres%3A%2F%2Fbilling:invoices",
      "G2 ERASED dataset:postgres%3A%2F%2Fidentity:persons",
      "gap NO_SERVICE dataset:s3%3A%2F%2Flake:exports",
      "INCOMPLETE as of 2026-11-22T15:00:00.000Z, except backups until 2026-12-22T15:00:00.000Z",
      "certificate 01992f00-0000-7000-8000-000000000001 of request 01992f00-0000-7000-8000-000000000002",
      "not checked for supersession",
      "UNWITNESSED: no checkpoint of the audit log stands behind it",
      "",
    ]);
  });

  describe("where the certificate carries the proof that it is in the audit log", () => {
    const log = newKey();
    const vkey = formatVkey(vkeyOf("log.example", ED25519, log.privateKey));
    const issued = (source: string): Buffer => Buffer.from(JSON.stringify({ action: "erasure.issue-certificate", object: payload.request, outcome: "ok", source }));
    // A log of one entry is its own proof.
    const proofOf = (entry: Buffer): string => formatTlogProof({ index: 0, hashes: [], checkpoint: noteOver([entry], { privateKey: log.privateKey }), extra: entry });
    const proven = keep("proven.json", attachProof(certificate, proofOf(issued(payloadDigest(payload)))));
    const remembered = keep("remembered", Buffer.from(noteOver([issued(payloadDigest(payload))], { privateKey: log.privateKey })));

    test("says where it stands there to who trusts the log, and that only the log vouches for that", async () => {
      const { code, out } = await runCadastre(["verify", proven, "--key", signer.publicKey, "--key", vkey]);
      expect(code).toBe(0);
      expect(out.split("\n").slice(-3)).toEqual([
        "entry 0 of the audit log log.example, under its checkpoint of 1 entries",
        "UNWITNESSED: neither a trusted witness nor a remembered checkpoint stands behind it",
        "",
      ]);
      expect((await runCadastre(["verify", proven, "--key", signer.publicKey, "--key", vkey, "--since", remembered])).out).not.toContain("UNWITNESSED");
    });

    test("says of a log that is not trusted just that", async () => {
      const { code, out } = await runCadastre(["verify", proven, "--key", signer.publicKey]);
      expect(code).toBe(0);
      expect(out).toContain("UNWITNESSED: the proof that it is in the audit log is signed by a log that you do not trust");
      expect(out).not.toContain("entry 0");
    });

    test("is refused where nobody who is trusted signed the remembered checkpoint", async () => {
      const forged = keep("forged", Buffer.from(noteOver([issued(payloadDigest(payload))], { privateKey: newKey().privateKey })));
      const { code, out, err } = await runCadastre(["verify", proven, "--key", signer.publicKey, "--key", vkey, "--since", forged]);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toContain("the remembered checkpoint");
    });

    test("ends with 1 where the proof is of something else", async () => {
      const other = keep("other.json", attachProof(certificate, proofOf(issued("sha256:00"))));
      expect(await runCadastre(["verify", other, "--key", signer.publicKey, "--key", vkey])).toMatchObject({ code: 1, out: "" });
    });
  });

  test("trusts the keys of CADASTRE_TRUSTED_KEYS where none is given, and only the given ones otherwise", async () => {
    const env = { CADASTRE_TRUSTED_KEYS: `${stranger.publicKey}, ${signer.publicKey}` };
    expect((await runCadastre(["verify", file], { env })).code).toBe(0);
    expect((await runCadastre(["verify", file, "--key", stranger.publicKey], { env })).code).toBe(3);
  });

  test("takes a vkey, and the file from standard input", async () => {
    const typed = Buffer.concat([Buffer.from([1]), Buffer.from(signer.publicKey.slice("whpk_".length), "base64")]);
    const hash = createHash("sha256").update("log.example\n").update(typed).digest("hex").slice(0, 8);
    const { code } = await runCadastre(["verify", "-", "--key", `log.example+${hash}+${typed.toString("base64")}`], { input: certificate });
    expect(code).toBe(0);
  });

  test("ends with 3, and repeats nothing of the file, where no trusted key signed it", async () => {
    for (const args of [["--key", stranger.publicKey], []]) {
      const { code, out, err } = await runCadastre(["verify", file, ...args]);
      expect({ code, out }).toEqual({ code: 3, out: "" });
      expect(err).toContain("not among the trusted keys");
    }
  });

  test.each<[string, Buffer]>([
    ["was altered", Buffer.from(certificate.toString().replace('"grade":"G2"', '"grade":"G3"'))],
    ["was laid out anew", Buffer.from(JSON.stringify(JSON.parse(certificate.toString()), null, 2))],
    ["was cut off", certificate.subarray(0, -1)],
    ["is empty", Buffer.alloc(0)],
    ["is no certificate", Buffer.from("{}")],
    ["claims more than it states", sealCertificate({ ...payload, result: "COMPLETE" }, signer)],
  ])("ends with 1 where the file %s", async (_what, bytes) => {
    const { code, out } = await runCadastre(["verify", keep("faulty.json", bytes), "--key", signer.publicKey]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
  });

  test("ends with 1 where there is no such file", async () => {
    expect((await runCadastre(["verify", join(folder, "none"), "--key", signer.publicKey])).code).toBe(1);
  });

  test.each<[string, string[]]>([
    ["no file", []],
    ["two files", [file, file]],
    ["a key that is none", [file, "--key", "whpk_AAAA"]],
  ])("ends with 64 for %s", async (_what, args) => {
    expect((await runCadastre(["verify", ...args])).code).toBe(64);
  });
});
