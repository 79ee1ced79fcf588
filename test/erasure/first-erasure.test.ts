import { approveErasureRequest } from "../../src/erasure/use-cases/approve-erasure-request";
import { recordSubjectNotice } from "../../src/erasure/use-cases/record-subject-notice";
import { findCertificateFile } from "../../src/erasure/use-cases/read-certificate";
import { submitErasureRequest } from "../../src/erasure/use-cases/submit-erasure-request";
import { getRequest } from "../../src/erasure/storage/erasure-queries";
import { findGapsByRequests, findPartsByTasks, findTasksByRequests } from "../../src/erasure/storage/task-queries";
import { isSuppressed } from "../../src/erasure/use-cases/is-suppressed";
import { verifyCertificate, parseTrustedKey, type OrderKind } from "../../src/protocol";
import { failed, found, notFound } from "../../src/participant";
import { type Company, createCompany, type Person } from "./support/company";

const ALL: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];
let company: Company;

const submit = (email: string, over: object = {}) =>
  submitErasureRequest(company.world.deps, {
    actor: "officer", identifiers: [{ type: "email", value: email }], regime: "GDPR", capacity: "CONTROLLER",
    identityVerifiedAt: company.world.clock.now(), ...over,
  });
const approve = (id: string) => approveErasureRequest(company.world.deps, { actor: "approver", id });
const request = (id: string) => getRequest(company.world.deps.db, id);
const tasksOf = async (id: string) => {
  const tasks = await findTasksByRequests(company.world.deps.db, [id]);
  const parts = await findPartsByTasks(company.world.deps.db, tasks.map((task) => task.id));
  return tasks.map((task) => ({ ...task, outcomes: parts.filter((part) => part.taskId === task.id).map((part) => part.outcome) }));
};

/** From submission to the certificate. */
async function erase(email: string): Promise<string> {
  const { id } = await submit(email);
  await company.settle();
  await approve(id);
  await company.settle();
  company.world.clock.advance("PT5M");
  await company.settle();
  return id;
}

describe("an erasure through honest services", () => {
  const people: Person[] = [{ email: "ada@example.org", customer_id: "c-1" }, { email: "eve@example.org", customer_id: "c-2" }];
  const orders: Person[] = [{ customer_id: "c-1" }, { customer_id: "c-1" }, { customer_id: "c-2" }];
  const newsletter: Person[] = [{ email: "eve@example.org" }];
  let id: string;

  beforeAll(async () => {
    company = await createCompany();
    await company.service("identity", ALL, { people: { entities: [], identifierTypes: ["email", "customer_id"], rows: people } });
    await company.entity("customer", "identity", ["customer_id"]);
    await company.service("orders", ALL, { orders: { entities: ["customer"], identifierTypes: ["customer_id"], rows: orders } });
    await company.service("marketing", ALL, { newsletter: { entities: ["customer"], identifierTypes: ["email"], rows: newsletter } });
    id = await erase("Ada@Example.org ");
  });
  afterAll(() => company.close());

  it("removes the person everywhere and nobody else", () => {
    expect(people).toEqual([{ email: "eve@example.org", customer_id: "c-2" }]);
    expect(orders).toEqual([{ customer_id: "c-2" }]);
    expect(newsletter).toEqual([{ email: "eve@example.org" }]);
  });

  it("ends COMPLETE with every dataset at G3, the one that never held the person through a sentinel", async () => {
    const found = (await tasksOf(id)).map(({ serviceKey, state, grade, outcomes }) => [serviceKey, state, grade, ...outcomes]).sort();
    expect(found).toEqual([["identity", "VERIFIED", "G3", "ERASED"], ["marketing", "VERIFIED", "G3", "NOT_FOUND"], ["orders", "VERIFIED", "G3", "ERASED"]]);
    expect(await request(id)).toMatchObject({ state: "VERIFYING", result: "COMPLETE" });
  });

  it("issues a certificate that verifies offline with the published key and with no other", async () => {
    const { deps } = company.world;
    const file = Buffer.from((await findCertificateFile(deps, id)) as string);
    const trusted = deps.keyring.certificateKeys.map((key) => parseTrustedKey(key.publicKey));
    expect(verifyCertificate(file, trusted)).toMatchObject({ payload: { result: "COMPLETE", request: id } });
  });

  it("suppresses what was collected before, and welcomes what comes after", async () => {
    const { deps, clock } = company.world;
    const lookup = { actor: "orders", identifiers: [{ type: "email", value: "ada@example.org" }] };
    expect(await isSuppressed(deps, { ...lookup, collectedAt: new Date("2026-01-01T00:00:00Z") })).toBe(true);
    expect(await isSuppressed(deps, { ...lookup, collectedAt: clock.now() })).toBe(false);
  });

  it("is closed by its completion notice and by nothing else", async () => {
    const { deps, clock } = company.world;
    await recordSubjectNotice(deps, { actor: "officer", id, kind: "COMPLETION", sentAt: clock.now(), channel: "letter" });
    expect(await request(id)).toMatchObject({ state: "CLOSED", result: "COMPLETE" });
  });
});

describe("an erasure among liars", () => {
  afterEach(() => company.close());

  it("a service that says ERASED and keeps the row is DISPUTED, and the result INCOMPLETE", async () => {
    company = await createCompany();
    const rows = [{ email: "ada@example.org" }];
    await company.service("crm", ALL, { crm: { identifierTypes: ["email"], rows, handlers: { erase: () => ({ outcome: "ERASED", count: 1 }) } } });
    const id = await erase("ada@example.org");
    expect((await tasksOf(id))[0]).toMatchObject({ outcomes: ["DISPUTED"] });
    expect((await request(id)).result).toBe("INCOMPLETE");
  });

  it("a verify handler that always says NOT_FOUND fails the sentinel, stays at G2, and the result is INCOMPLETE", async () => {
    company = await createCompany();
    const rows = [{ email: "ada@example.org" }];
    await company.service("crm", ALL, { crm: { identifierTypes: ["email"], rows, handlers: { verify: () => notFound() } } });
    const id = await erase("ada@example.org");
    expect((await tasksOf(id))[0]).toMatchObject({ grade: "G2", state: "VERIFIED" });
    expect((await request(id)).result).toBe("INCOMPLETE");
  });

  it("a verify handler that always says FOUND is never believed to have erased", async () => {
    company = await createCompany();
    await company.service("crm", ALL, { crm: { identifierTypes: ["email"], rows: [], handlers: { verify: () => found(1) } } });
    const id = await erase("ada@example.org");
    expect((await request(id)).result).toBe("INCOMPLETE");
  });

  it("an absence that counts records is no absence", async () => {
    company = await createCompany();
    let asked = 0;
    const verify = () => (++asked === 1 ? found(1) : ({ outcome: "NOT_FOUND", count: 1 } as const));
    await company.service("crm", ALL, { crm: { identifierTypes: ["email"], rows: [{ email: "ada@example.org" }], handlers: { verify } } });
    const id = await erase("ada@example.org");
    expect((await tasksOf(id))[0]).toMatchObject({ outcomes: ["DISPUTED"] });
    expect((await request(id)).result).toBe("INCOMPLETE");
  });

  it("a retention under a rule that nobody declared is DISPUTED", async () => {
    company = await createCompany();
    const retention = { outcome: "RETAINED", count: 1, retentionRule: "invented", retentionStart: "2026-01-01T00:00:00Z", retainedUntil: "2036-01-01T00:00:00Z" } as const;
    await company.service("billing", ALL, { invoices: { identifierTypes: ["email"], rows: [{ email: "ada@example.org" }], handlers: { erase: () => retention } } });
    const id = await erase("ada@example.org");
    expect((await tasksOf(id))[0]).toMatchObject({ outcomes: ["DISPUTED"] });
    expect((await request(id)).result).toBe("INCOMPLETE");
  });

  it("a service that returns a stranger's identifier does not get the stranger erased", async () => {
    company = await createCompany();
    const people = [{ email: "ada@example.org", customer_id: "c-1" }, { email: "eve@example.org", customer_id: "c-2" }];
    await company.service("identity", ALL, { people: { identifierTypes: ["email", "customer_id"], rows: people } });
    await company.entity("customer", "identity", ["customer_id"]);
    const stranger = { parts: [{ outcome: "FOUND", count: 1 }], identities: [{ identity_type: "customer_id", identity_value: "c-2" }] } as const;
    await company.service("crm", ALL, { crm: { identifierTypes: ["email", "customer_id"], rows: [], handlers: { discover: () => stranger } } });
    await erase("ada@example.org");
    expect(people).toEqual([{ email: "eve@example.org", customer_id: "c-2" }]);
    const destroyed = [...company.received.values()].flat().filter((order) => order.kind === "erase").flatMap((order) => order.identities.map((identity) => identity.identity_value));
    expect(destroyed).not.toContain("c-2");
  });

  it("an outcome of FAILED is final and INCOMPLETE", async () => {
    company = await createCompany();
    await company.service("crm", ALL, { crm: { identifierTypes: ["email"], rows: [{ email: "ada@example.org" }], handlers: { erase: () => failed(1) } } });
    const id = await erase("ada@example.org");
    expect((await tasksOf(id))[0]?.outcomes).toEqual(["FAILED"]);
    expect((await request(id)).result).toBe("INCOMPLETE");
  });
});

describe("a plan with places that no order reaches", () => {
  afterEach(() => company.close());

  it("names the gaps and ends INCOMPLETE, however well the rest went", async () => {
    company = await createCompany();
    await company.service("crm", ["erase"], { crm: { identifierTypes: ["email"], rows: [] } });
    await company.service("warehouse", ["verify"], { copies: { identifierTypes: ["email"], rows: [] } });
    const id = await erase("ada@example.org");
    const gaps = await findGapsByRequests(company.world.deps.db, [id]);
    expect(gaps.map(({ place, reason }) => [place.split(":").at(-1), reason]).sort()).toEqual([["copies", "KIND_NOT_TAKEN"], ["crm", "KIND_NOT_TAKEN"]]);
    expect((await request(id)).result).toBe("INCOMPLETE");
  });

  it("an empty plan is INCOMPLETE", async () => {
    company = await createCompany();
    const id = await erase("nobody@example.org");
    expect((await request(id)).result).toBe("INCOMPLETE");
  });
});
