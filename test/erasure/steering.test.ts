import { approveErasureRequest } from "../../src/erasure/use-cases/approve-erasure-request";
import { cancelErasureRequest, rejectErasureRequest } from "../../src/erasure/use-cases/end-erasure-request";
import { extendErasureDeadline } from "../../src/erasure/use-cases/extend-erasure-deadline";
import { isSuppressed } from "../../src/erasure/use-cases/is-suppressed";
import { recordIdentityVerification } from "../../src/erasure/use-cases/record-identity-verification";
import { recordSubjectNotice } from "../../src/erasure/use-cases/record-subject-notice";
import { retryErasureTask } from "../../src/erasure/use-cases/retry-erasure-task";
import { confirmIdentifier } from "../../src/erasure/use-cases/confirm-identifier";
import { submitErasureRequest } from "../../src/erasure/use-cases/submit-erasure-request";
import { getRequest } from "../../src/erasure/storage/erasure-queries";
import { findTasksByRequests } from "../../src/erasure/storage/task-queries";
import { listQuarantined } from "../../src/subjects";
import type { OrderKind } from "../../src/protocol";
import { accepted, type Handler, recalled } from "../../src/participant";
import { type Company, createCompany, type Person } from "./support/company";

const ALL: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];
let company: Company;
let rows: Person[];

const email = (value: string) => ({ type: "email", value });
const submit = (identifiers: { type: string; value: string }[], over: object = {}) =>
  submitErasureRequest(company.world.deps, {
    actor: "officer", identifiers, regime: "GDPR", capacity: "CONTROLLER", identityVerifiedAt: company.world.clock.now(), ...over,
  });
const approve = (id: string, actor = "approver") => approveErasureRequest(company.world.deps, { actor, id });
const request = (id: string) => getRequest(company.world.deps.db, id);
const kindsReceived = (service: string) => (company.received.get(service) ?? []).map((order) => order.kind);
const entriesOf = async (action: string) =>
  (await company.world.deps.db.query("testEntriesOf", "select id from audit_inbox where convert_from(entry, 'UTF8')::json ->> 'action' = $1", [action])).length;

async function openCompany(config: Record<string, string> = {}, handlers: { readonly [Kind in OrderKind]?: Handler<Kind> } = {}): Promise<void> {
  company = await createCompany(config);
  rows = [{ email: "ada@example.org" }, { email: "eve@example.org" }];
  await company.service("crm", ALL, { crm: { identifierTypes: ["email", "phone"], rows, handlers } });
}
afterEach(() => company.close());

describe("submission", () => {
  beforeEach(() => openCompany());

  it("with the same external reference is the same request, and writes no second entry", async () => {
    const first = await submit([email("ada@example.org")], { externalRef: "t-1" });
    const again = await submit([email(" ADA@example.org")], { externalRef: "t-1" });
    expect(again.id).toBe(first.id);
    expect(await entriesOf("erasure.submit-erasure-request")).toBe(1);
  });

  it("with a used reference and another person is a CONFLICT", async () => {
    await submit([email("ada@example.org")], { externalRef: "t-1" });
    await expect(submit([email("eve@example.org")], { externalRef: "t-1" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("refuses a receipt in the future and an empty list of identifiers", async () => {
    await expect(submit([email("ada@example.org")], { receivedAt: new Date("2030-01-01T00:00:00Z") })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(submit([])).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("refuses a reference that looks like another one, and a ground that is no code", async () => {
    await expect(submit([email("ada@example.org")], { externalRef: "t-\u200b1" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(submit([email("ada@example.org")], { ground: "ada@example.org asked" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  it("without a verified identity waits, and sends nothing to anybody", async () => {
    const { id } = await submit([email("ada@example.org")], { identityVerifiedAt: null });
    await company.settle();
    expect((await request(id)).state).toBe("AWAITING_IDENTITY");
    expect(kindsReceived("crm")).toEqual([]);
    await recordIdentityVerification(company.world.deps, { actor: "officer", id, event: "VERIFIED", at: company.world.clock.now() });
    await company.settle();
    expect((await request(id)).state).toBe("AWAITING_APPROVAL");
  });
});

it("a proof of identity that failed is recorded once, and the request waits on", async () => {
  await openCompany();
  const { id } = await submit([email("ada@example.org")], { identityVerifiedAt: null });
  const fail = () => recordIdentityVerification(company.world.deps, { actor: "officer", id, event: "FAILED", at: company.world.clock.now() });
  expect(await fail()).toMatchObject({ state: "AWAITING_IDENTITY", identityFailedAt: company.world.clock.now() });
  await fail();
  expect(await entriesOf("erasure.record-identity-verification")).toBe(1);
});

it("the reason of a decision is kept, its note sealed", async () => {
  await openCompany();
  const { id } = await submit([email("ada@example.org")]);
  await extendErasureDeadline(company.world.deps, { actor: "officer", id, code: "complexity", note: "Ada has two accounts" });
  await cancelErasureRequest(company.world.deps, { actor: "officer", id, code: "other" });
  const kept = await company.world.deps.db.query<{ note: string }>("testDecisions", "select decision, code, note from erasure_decisions order by decision");
  expect(kept).toEqual([{ decision: "CANCEL", code: "other", note: null }, { decision: "EXTEND", code: "complexity", note: expect.stringMatching(/^v1\./) }]);
});

describe("a duplicate", () => {
  beforeEach(() => openCompany());

  it("is linked to the verified open request, adds its identifiers, and gets a certificate of its own", async () => {
    const first = await submit([email("ada@example.org")]);
    await company.settle();
    company.world.clock.advance("PT1S");
    const second = await submit([email("ada@example.org"), { type: "phone", value: "+49 30 1234567" }]);
    expect(second.linkedTo).toBe(first.id);
    await company.settle();
    company.world.clock.advance("PT1S");
    await approve(first.id);
    await company.settle();
    company.world.clock.advance("PT5M");
    await company.settle();
    expect(company.received.get("crm")?.filter((order) => order.kind === "erase" && order.identities.some((identity) => identity.identity_type === "phone"))).toHaveLength(1);
    const [one, other] = [await request(first.id), await request(second.id)];
    expect([one.result, other.result]).toEqual(["COMPLETE", "COMPLETE"]);
    expect(one.certificateId).not.toBe(other.certificateId);
  });

  it("is not linked to an unverified request, whose identifiers may be somebody else's", async () => {
    await submit([email("ada@example.org")], { identityVerifiedAt: null });
    expect((await submit([email("ada@example.org")])).linkedTo).toBeNull();
  });

  it("takes the lead when the first is cancelled", async () => {
    const first = await submit([email("ada@example.org")]);
    const second = await submit([email("ada@example.org")]);
    await cancelErasureRequest(company.world.deps, { actor: "officer", id: first.id, code: "other" });
    await company.settle();
    expect(await request(second.id)).toMatchObject({ linkedTo: null, state: "AWAITING_APPROVAL" });
  });

  it("that was verified only after the release is not certified with identifiers that were never sent", async () => {
    const first = await submit([email("ada@example.org")]);
    const second = await submit([email("ada@example.org"), { type: "phone", value: "+49 30 1234567" }], { identityVerifiedAt: null });
    await company.settle();
    company.world.clock.advance("PT1S");
    await approve(first.id);
    await company.settle();
    await recordIdentityVerification(company.world.deps, { actor: "officer", id: second.id, event: "VERIFIED", at: company.world.clock.now() });
    expect((await request(second.id)).linkedTo).toBe(first.id);
    company.world.clock.advance("PT5M");
    await company.settle();
    expect((await request(first.id)).result).toBe("COMPLETE");
    expect(await request(second.id)).toMatchObject({ linkedTo: null, state: "AWAITING_APPROVAL", result: null });
  });

  it("that came after the release gets a run of its own, because it may be about younger data", async () => {
    const first = await submit([email("ada@example.org")]);
    await company.settle();
    await approve(first.id);
    await company.settle();
    company.world.clock.advance("PT1M");
    const second = await submit([email("ada@example.org")]);
    expect(second.linkedTo).toBe(first.id);
    company.world.clock.advance("PT5M");
    await company.settle();
    expect((await request(first.id)).result).toBe("COMPLETE");
    expect(await request(second.id)).toMatchObject({ linkedTo: null, state: "AWAITING_APPROVAL", result: null });
  });
});

describe("approval", () => {
  it("is refused to the principal who submitted", async () => {
    await openCompany();
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    await expect(approve(id, "officer")).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("is refused before the plan is drawn and when it was given already", async () => {
    await openCompany();
    const { id } = await submit([email("ada@example.org")]);
    await expect(approve(id)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
    await company.settle();
    await approve(id);
    await expect(approve(id)).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("starts nothing before cooling-off is over", async () => {
    await openCompany({ CADASTRE_COOLING_OFF: "PT1H" });
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    await approve(id);
    company.world.clock.advance("PT59M59S");
    await company.settle();
    expect((await request(id)).state).toBe("COOLING_OFF");
    expect(kindsReceived("crm")).not.toContain("erase");
    company.world.clock.advance("PT1S");
    await company.settle();
    expect(kindsReceived("crm")).toContain("erase");
  });

  it("is voided when a dataset joins the plan during cooling-off", async () => {
    await openCompany({ CADASTRE_COOLING_OFF: "PT1H" });
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    await approve(id);
    await company.service("late", ALL, { late: { identifierTypes: ["email"], rows: [] } });
    company.world.clock.advance("PT1H");
    await company.settle();
    expect(await request(id)).toMatchObject({ state: "AWAITING_APPROVAL", approvedBy: null });
    expect(kindsReceived("crm")).not.toContain("erase");
  });

  it("is limited by the hour, so that a script cannot erase everybody", async () => {
    await openCompany({ CADASTRE_MASS_LIMIT: "1" });
    const [one, other] = [await submit([email("ada@example.org")]), await submit([email("eve@example.org")])];
    await company.settle();
    await approve(one.id);
    await expect(approve(other.id)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    company.world.clock.advance("PT1H1S");
    expect((await approve(other.id)).approvedBy).toBe("approver");
  });

  it("is not asked for under the policy none", async () => {
    await openCompany({ CADASTRE_APPROVAL: "none" });
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    expect((await request(id)).state).toBe("VERIFYING");
  });
});

describe("cancelling and rejecting", () => {
  it("sends nothing any more, and lifts the suppression where nothing was erased", async () => {
    await openCompany({ CADASTRE_COOLING_OFF: "PT1H" });
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    await approve(id);
    await cancelErasureRequest(company.world.deps, { actor: "officer", id, code: "other" });
    company.world.clock.advance("PT2H");
    await company.settle();
    expect(rows).toHaveLength(2);
    expect((await request(id)).state).toBe("CANCELLED");
    const lookup = { actor: "x", identifiers: [email("ada@example.org")], collectedAt: new Date("2026-01-01T00:00:00Z") };
    expect(await isSuppressed(company.world.deps, lookup)).toBe(false);
  });

  it("recalls what a service has accepted and not done yet", async () => {
    await openCompany({}, { erase: () => accepted(), recall: () => recalled() });
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    await approve(id);
    await company.settle();
    expect((await findTasksByRequests(company.world.deps.db, [id]))[0]?.state).toBe("ACCEPTED");
    await cancelErasureRequest(company.world.deps, { actor: "officer", id, code: "other" });
    await company.settle();
    expect(kindsReceived("crm")).toContain("recall");
    expect((await findTasksByRequests(company.world.deps.db, [id]))[0]?.recall).toBe("RECALLED");
    expect(rows).toHaveLength(2);
  });

  it("refuses a rejection after release, and a rejection makes the result REFUSED", async () => {
    await openCompany();
    const [one, other] = [await submit([email("ada@example.org")]), await submit([email("eve@example.org")])];
    const reject = (id: string) => rejectErasureRequest(company.world.deps, { actor: "officer", id, code: "no_match" });
    expect(await reject(other.id)).toMatchObject({ state: "REJECTED", result: "REFUSED" });
    await company.settle();
    await approve(one.id);
    await company.settle();
    await expect(reject(one.id)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  });
});

describe("notices and the deadline", () => {
  beforeEach(() => openCompany());

  it("a completion cannot be told before there is a complete result", async () => {
    const { id } = await submit([email("ada@example.org")]);
    const tell = () => recordSubjectNotice(company.world.deps, { actor: "officer", id, kind: "COMPLETION", sentAt: company.world.clock.now(), channel: "letter" });
    await expect(tell()).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  });

  it("an extension counts once its notice is recorded, in either order", async () => {
    const { id, dueAt } = await submit([email("ada@example.org")]);
    const notice = { actor: "officer", id, kind: "EXTENSION" as const, sentAt: company.world.clock.now(), channel: "e-mail" };
    expect((await extendErasureDeadline(company.world.deps, { actor: "officer", id, code: "complexity" })).dueAt).toEqual(dueAt);
    expect((await recordSubjectNotice(company.world.deps, notice)).dueAt.toISOString()).toBe("2026-06-02T23:59:59.999Z");
  });
});

describe("a task", () => {
  it("whose service does not answer is retried, dies after nine failures, says why, and lives again when ordered again", async () => {
    let broken = true;
    await openCompany({}, {
      erase: (context) => {
        if (broken) throw new Error("no");
        rows.splice(0, 1);
        return { outcome: "ERASED", count: context.order.attempt > 0 ? 1 : 0 };
      },
    });
    const { id } = await submit([email("ada@example.org")]);
    await company.settle();
    await approve(id);
    await company.settle();
    const task = async () => (await findTasksByRequests(company.world.deps.db, [id]))[0] as NonNullable<Awaited<ReturnType<typeof findTasksByRequests>>[0]>;
    expect(await task()).toMatchObject({ state: "READY", attempts: 1, lastError: "HTTP_500" });
    for (let day = 0; day < 9; day += 1) {
      company.world.clock.advance("P2D");
      await company.settle();
    }
    expect(await task()).toMatchObject({ state: "DEAD_LETTER" });
    expect((await request(id)).result).toBe("INCOMPLETE");
    broken = false;
    await retryErasureTask(company.world.deps, { actor: "officer", id: (await task()).id });
    await company.settle();
    company.world.clock.advance("PT5M");
    await company.settle();
    expect(await task()).toMatchObject({ state: "VERIFIED" });
    expect((await request(id)).result).toBe("COMPLETE");
  });
});

it("a quarantined identifier is used only after a second principal vouched for it", async () => {
  company = await createCompany();
  const people = [{ email: "ada@example.org" }, { email: "ada@work.example" }];
  const alias = { parts: [{ outcome: "FOUND", count: 1 }], identities: [{ identity_type: "email", identity_value: "ada@work.example" }] } as const;
  await company.service("crm", ALL, { crm: { identifierTypes: ["email"], rows: people, handlers: { discover: () => alias } } });
  const { id, pid } = await submit([email("ada@example.org")]);
  await company.settle();
  const [doubted] = await listQuarantined(company.world.deps.db, [pid]);
  const confirm = (actor: string) => confirmIdentifier(company.world.deps, { actor, id: doubted?.id as string });
  await expect(confirm("officer")).rejects.toMatchObject({ code: "FORBIDDEN" });
  await confirm("approver");
  await company.settle();
  await approve(id);
  await company.settle();
  expect(people).toEqual([]);
});
