import { recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { checkPresentLog } from "../../src/audit/use-cases/check-log";
import { proveEntry } from "../../src/audit/use-cases/prove-entry";
import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { confirmIdentifier } from "../../src/erasure/use-cases/confirm-identifier";
import { findCertificateFile } from "../../src/erasure/use-cases/read-certificate";
import { extendErasureDeadline } from "../../src/erasure/use-cases/extend-erasure-deadline";
import { isSuppressed } from "../../src/erasure/use-cases/is-suppressed";
import { recordSubjectNotice } from "../../src/erasure/use-cases/record-subject-notice";
import { retryErasureTask } from "../../src/erasure/use-cases/retry-erasure-task";
import { submitErasureRequest } from "../../src/erasure/use-cases/submit-erasure-request";
import { approveErasureRequest } from "../../src/erasure/use-cases/approve-erasure-request";
import { getRequest } from "../../src/erasure/storage/erasure-queries";
import { findTasksByRequests } from "../../src/erasure/storage/task-queries";
import type { NoticeKind } from "../../src/erasure/model";
import type { OrderKind } from "../../src/protocol";
import { verifyProof } from "../../src/protocol/tlog/proof-verification";
import { formatVkey } from "../../src/protocol/tlog/signed-note";
import { parseTrustedKeys } from "../../src/protocol/tlog/trusted-keys";
import { findPidsByIdentifiers, openIdentifiers } from "../../src/subjects";
import { publishAll } from "../audit/logged-world";
import { type Company, createCompany, type Person } from "./support/company";

const ALL: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];
const ADA = { type: "email", value: "ada@example.org" };
const EVE = { type: "email", value: "eve@example.org" };
let company: Company;
let crm: Person[];

beforeEach(async () => {
  company = await createCompany();
  crm = [{ email: ADA.value }, { email: EVE.value }];
  await company.service("crm", ALL, { people: { identifierTypes: ["email"], rows: crm } });
});
afterEach(() => company.close());

const deps = () => company.world.deps;
const submit = (more: object = {}) =>
  submitErasureRequest(deps(), { actor: "officer", identifiers: [ADA], regime: "GDPR", capacity: "CONTROLLER", identityVerifiedAt: company.world.clock.now(), ...more });
const tell = (id: string, kind: NoticeKind = "COMPLETION") =>
  recordSubjectNotice(deps(), { actor: "officer", id, kind, sentAt: company.world.clock.now(), channel: "letter" });
const access = async (eventId: string, identifier = ADA): Promise<void> => {
  const event = { eventId, at: company.world.clock.now(), actor: "clerk", dataset: "dataset:crm:people", identifier, purpose: "support", basis: "contract", allowed: true };
  await recordAccessEvents(deps(), [{ event, reporter: "service:crm" }]);
};
const run = async (id: string): Promise<void> => {
  await company.settle();
  await approveErasureRequest(deps(), { actor: "approver", id });
  await company.settle();
  company.world.clock.advance("PT5M");
  await company.settle();
};
/** From submission to the certificate. */
async function erase(more: object = {}): Promise<string> {
  const { id } = await submit(more);
  await run(id);
  return id;
}
const subjectsOf = (action: string) =>
  deps().db.query<{ pid: string; object: string; actor: string }>(
    "subjectsOf",
    "select s.pid, f.object, f.actor from audit_entry_facts f join audit_entry_subjects s on s.entry_id = f.id where f.action = $1 order by s.pid",
    [action],
  );

describe("closing an erasure", () => {
  test("forgets who was meant, in the log too, and says so; until then, and of anybody else, nothing is forgotten", async () => {
    await access("a-1");
    await access("a-2", EVE);
    const id = await erase();
    const { pid } = await getRequest(deps().db, id);
    const [eve] = await findPidsByIdentifiers(deps().db, [EVE]);
    const known = await findPidsByIdentifiers(deps().db, [ADA]);
    expect(known).toHaveLength(2);
    expect(await subjectsOf("subject.erased")).toEqual([]);
    await tell(id);

    expect(await findPidsByIdentifiers(deps().db, [ADA])).toEqual([]);
    expect(await openIdentifiers(deps().db, [pid])).toEqual(new Map([[pid, []]]));
    expect(await findPidsByIdentifiers(deps().db, [EVE])).toEqual([eve]);
    expect(await subjectsOf("subject.erased")).toEqual(known.sort().map((each) => ({ pid: each, object: id, actor: "cadastre" })));
    // What was accessed stays on record, about somebody whom nobody can name.
    expect(await subjectsOf("access.data")).toHaveLength(2);
  });

  test("happens once: telling the person again changes nothing, or is refused", async () => {
    const id = await erase();
    await tell(id);
    await tell(id);
    expect(await subjectsOf("subject.erased")).toHaveLength(1);
    company.world.clock.advance("PT1M");
    await expect(tell(id)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
    expect(await tell(id, "RECIPIENTS")).toMatchObject({ state: "CLOSED" });
  });

  test("does not come by any other notice", async () => {
    const id = await erase();
    await tell(id, "ACKNOWLEDGEMENT");
    expect(await subjectsOf("subject.erased")).toEqual([]);
    expect(await findPidsByIdentifiers(deps().db, [ADA])).toHaveLength(1);
  });

  test("leaves every proof made before as it was, and the log without a fault", async () => {
    await access("a-1");
    const id = await erase();
    await publishAll(deps());
    const [entry] = await deps().db.query<{ id: string }>("accessEntry", "select id from audit_entry_facts where action = 'access.data'");
    const proof = await proveEntry(deps(), { entry: entry!.id, caller: { principal: "auditor", permissions: new Set(["audit:read-entries"]) } });
    const { deps: { config, keyring } } = company.world;
    const keys = parseTrustedKeys(openSigner(config, keyring).vkeys(config.auditOrigin).map(formatVkey));
    await tell(id);
    await publishAll(deps());

    expect(verifyProof(proof, { keys })).toMatchObject({ verdict: "GENUINE" });
    const again = await proveEntry(deps(), { entry: entry!.id, caller: { principal: "auditor", permissions: new Set(["audit:read-entries"]) } });
    expect(verifyProof(again, { keys })).toMatchObject({ verdict: "GENUINE" });
    expect(await checkPresentLog(deps(), {})).not.toHaveProperty("fault");
  });

  test("keeps what was erased from coming back, the certificate, and the request as it was", async () => {
    const id = await erase({ externalRef: "ticket-1" });
    const before = await findCertificateFile(deps(), id);
    await tell(id);
    const lookup = { actor: "crm", identifiers: [ADA] };
    expect(await isSuppressed(deps(), { ...lookup, collectedAt: new Date("2026-01-01T00:00:00Z") })).toBe(true);
    expect(await findCertificateFile(deps(), id)).toBe(before);
    expect(await submit({ externalRef: "ticket-1" })).toMatchObject({ id, state: "CLOSED" });
    await expect(submit({ externalRef: "ticket-1", identifiers: [EVE] })).rejects.toMatchObject({ code: "CONFLICT", object: id });
  });

  test("refuses what would need the person afterwards", async () => {
    const { id } = await submit({ identifiers: [ADA, EVE] });
    await company.settle();
    const [identifier] = await deps().db.query<{ id: string }>("oneIdentifier", "select id from subject_identifiers limit 1");
    await run(id);
    await tell(id);
    const [task] = await findTasksByRequests(deps().db, [id]);
    await expect(retryErasureTask(deps(), { actor: "officer", id: task!.id })).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
    await expect(extendErasureDeadline(deps(), { actor: "officer", id, code: "complexity", note: "many" })).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
    await expect(confirmIdentifier(deps(), { actor: "second", id: identifier!.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await company.settle();
  });

  test("leaves a person who comes back a new subject, with a run and a closing of its own", async () => {
    const first = await erase();
    await tell(first);
    await access("later");
    crm.push({ email: ADA.value });
    const second = await erase();
    const [one, two] = [await getRequest(deps().db, first), await getRequest(deps().db, second)];
    expect(two).toMatchObject({ linkedTo: null, result: "COMPLETE" });
    expect(two.pid).not.toBe(one.pid);
    await tell(second);
    expect((await subjectsOf("subject.erased")).map(({ object }) => object).sort()).toEqual([first, second, second].sort());
    expect(crm).toEqual([{ email: EVE.value }]);
  });

  test("does not forget the person of a duplicate, which closes by itself", async () => {
    const { id: first } = await submit();
    const { id: second } = await submit({ externalRef: "ticket-2" });
    company.world.clock.advance("PT1M");
    await run(first);
    expect(await getRequest(deps().db, second)).toMatchObject({ linkedTo: first, result: "COMPLETE" });
    await tell(first);
    const { pid } = await getRequest(deps().db, second);
    expect((await openIdentifiers(deps().db, [pid])).get(pid)).toHaveLength(1);
    await tell(second);
    expect((await openIdentifiers(deps().db, [pid])).get(pid)).toEqual([]);
    expect(await submit({ externalRef: "ticket-2" })).toMatchObject({ id: second, state: "CLOSED" });
  });
});
