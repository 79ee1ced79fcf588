import { attachCertificateProofs } from "../../src/erasure/use-cases/attach-certificate-proofs";
import { findCertificateFile } from "../../src/erasure/use-cases/read-certificate";
import { approveErasureRequest } from "../../src/erasure/use-cases/approve-erasure-request";
import { submitErasureRequest } from "../../src/erasure/use-cases/submit-erasure-request";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { checkCertificateProof } from "../../src/protocol/certificate-proof";
import { parseTrustedKey, verifyCertificate } from "../../src/protocol";
import { formatVkey } from "../../src/protocol/tlog/signed-note";
import { parseTlogProof } from "../../src/protocol/tlog/tlog-proof";
import { parseTrustedKeys } from "../../src/protocol/tlog/trusted-keys";
import { newPrivateKey, noteOver } from "../protocol/tlog/static-log";
import { publishAll } from "../audit/logged-world";
import { type Company, createCompany } from "./support/company";

let company: Company;
let id: string;
beforeAll(async () => {
  company = await createCompany();
  await company.service("shop", ["discover", "erase", "verify", "plant", "recall"], { people: { identifierTypes: ["email"], rows: [{ email: "ada@example.org" }] } });
  const { deps, clock } = company.world;
  const person = { identifiers: [{ type: "email", value: "ada@example.org" }], regime: "GDPR", capacity: "CONTROLLER" } as const;
  ({ id } = await submitErasureRequest(deps, { actor: "officer", ...person, identifiers: [...person.identifiers], identityVerifiedAt: clock.now() }));
  await company.settle();
  await approveErasureRequest(deps, { actor: "approver", id });
  await company.settle();
  clock.advance("PT5M");
  await company.settle();
});
afterAll(() => company?.close());

const fileOf = async (): Promise<Buffer> => Buffer.from((await findCertificateFile(company.world.deps, id)) as string);
const certificateKeys = () => company.world.deps.keyring.certificateKeys.map(({ publicKey }) => parseTrustedKey(publicKey));
const logKeys = () => {
  const { config, keyring } = company.world.deps;
  return { keys: parseTrustedKeys(openSigner(config, keyring).vkeys(config.auditOrigin).map(formatVkey)) };
};
const proofIn = (file: Buffer): string => (JSON.parse(file.toString()) as { proof: string }).proof;
const withProof = (file: Buffer, proof: string): Buffer => Buffer.from(file.toString().replace(JSON.stringify(proofIn(file)), JSON.stringify(proof)));

describe("the proof of a certificate", () => {
  let early: Buffer;

  test("is not there before a checkpoint covers its entry, and the certificate is genuine without it", async () => {
    expect(await attachCertificateProofs(company.world.deps)).toBe(0);
    early = await fileOf();
    expect(verifyCertificate(early, certificateKeys(), logKeys())).toEqual({ verdict: "GENUINE", payload: expect.anything() });
  });

  test("is attached once, and the file stays the same from then on", async () => {
    await publishAll(company.world.deps);
    expect(await attachCertificateProofs(company.world.deps)).toBe(1);
    const proven = await fileOf();
    expect(proven).not.toEqual(early);
    await publishAll(company.world.deps);
    expect(await attachCertificateProofs(company.world.deps)).toBe(0);
    expect(await fileOf()).toEqual(proven);
  });

  test("shows where the certificate stands in the log, to who trusts the log's key", async () => {
    const verified = verifyCertificate(await fileOf(), certificateKeys(), logKeys());
    expect(verified).toMatchObject({ verdict: "GENUINE", logged: { isTrusted: true, witnesses: [], checkpoint: { origin: company.world.deps.config.auditOrigin } } });
  });

  test("is of a log that may be anybody's to who trusts the certificate key only", async () => {
    expect(verifyCertificate(await fileOf(), certificateKeys())).toMatchObject({ verdict: "GENUINE", logged: { isTrusted: false } });
  });

  test("names the payload's digest and the request, and no person", async () => {
    const { extra } = parseTlogProof(proofIn(await fileOf()));
    const entry = JSON.parse(String(extra)) as Record<string, unknown>;
    expect(entry).toMatchObject({ action: "erasure.issue-certificate", object: id, source: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) });
    expect(entry).not.toHaveProperty("subjects");
  });

  test.each<[string, (proof: string) => string]>([
    ["is cut off", (proof) => proof.slice(0, 60)],
    ["is of another place in the log", (proof) => proof.replace(/^index .*$/m, "index 0")],
    ["does not carry its entry", (proof) => proof.replace(/^extra .*\n/m, "")],
    ["carries another entry", (proof) => proof.replace(/^extra .*$/m, `extra ${Buffer.from("{}").toString("base64")}`)],
    ["bears a forged signature of the log", (proof) => proof.replace(/\n\d+\n/, (size) => `\n${Number(size) + 1}\n`)],
    ["leads to a tree of its own", (proof) => proof.slice(0, proof.indexOf("\n\n") + 2) + noteOver([], { origin: "mine", privateKey: newPrivateKey() })],
  ])("makes the certificate faulty where it %s", async (_what, change) => {
    const file = await fileOf();
    expect(verifyCertificate(withProof(file, change(proofIn(file))), certificateKeys(), logKeys())).toMatchObject({ verdict: "FAULTY" });
  });

  test("of another certificate's entry makes this one faulty", async () => {
    const file = await fileOf();
    const { payload } = JSON.parse(file.toString()) as { payload: { request: string } };
    expect(() => checkCertificateProof({ ...payload, request: "another" }, proofIn(file), logKeys())).toThrow("not of the entry that issued it");
  });
});
