import { approveErasureRequest } from "../../src/erasure/use-cases/approve-erasure-request";
import { cancelErasureRequest } from "../../src/erasure/use-cases/end-erasure-request";
import { isSuppressed } from "../../src/erasure/use-cases/is-suppressed";
import { submitErasureRequest } from "../../src/erasure/use-cases/submit-erasure-request";
import { getRequest } from "../../src/erasure/storage/erasure-queries";
import { findGapsByRequests, findTasksByRequests } from "../../src/erasure/storage/task-queries";
import type { OrderKind } from "../../src/protocol";
import { failed, found, type Handler, notFound } from "../../src/participant";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { type Company, createCompany, NAMESPACE, type Person } from "./support/company";

const ALL: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];
let company: Company;
let rows: Person[];

const email = (value: string) => ({ type: "email", value });
const submit = (identifiers: { type: string; value: string }[], over: object = {}) =>
  submitErasureRequest(company.world.deps, {
    actor: "officer", identifiers, regime: "GDPR", capacity: "CONTROLLER", identityVerifiedAt: company.world.clock.now(), ...over,
  });
const approve = (id: string) => approveErasureRequest(company.world.deps, { actor: "approver", id });
const request = (id: string) => getRequest(company.world.deps.db, id);

async function openCompany(config: Record<string, string> = {}, handlers: { readonly [Kind in OrderKind]?: Handler<Kind> } = {}): Promise<void> {
  company = await createCompany(config);
  rows = [{ email: "ada@example.org" }, { email: "eve@example.org" }];
  await company.service("crm", ALL, { crm: { identifierTypes: ["email", "phone"], rows, handlers } });
}
afterEach(() => company.close());

it("a dataset that stops declaring its identifiers after the approval leaves nothing waiting and nothing complete", async () => {
  await openCompany();
  const { id } = await submit([email("ada@example.org")]);
  await company.settle();
  await approve(id);
  await company.advanceOnly();
  await registerDataset(company.world.deps, { actor: "editor", namespace: NAMESPACE, name: "crm", identifierTypes: ["phone"] });
  await company.settle();
  expect((await findTasksByRequests(company.world.deps.db, [id]))[0]).toMatchObject({ state: "DEAD_LETTER", lastError: "NO_IDENTIFIER" });
  expect((await request(id)).result).toBe("INCOMPLETE");
});

it("a dataset in which the person was found stays in the plan when it stops declaring its identifiers", async () => {
  await openCompany();
  const { id } = await submit([email("ada@example.org")]);
  await company.settle();
  await approve(id);
  await registerDataset(company.world.deps, { actor: "editor", namespace: NAMESPACE, name: "crm", identifierTypes: ["phone"] });
  await company.settle();
  expect(await findTasksByRequests(company.world.deps.db, [id])).toHaveLength(1);
  expect((await request(id)).result).toBe("INCOMPLETE");
});

it("a dataset that can no longer be asked by its own identifiers is not asked by another's", async () => {
  company = await createCompany();
  const [letters, parcels]: [Person[], Person[]] = [[{ email: "ada@example.org" }], [{ customer_id: "c-1" }]];
  const naive: Handler<"verify"> = () => found(parcels.length);
  await company.service("post", ALL, {
    letters: { identifierTypes: ["email"], rows: letters },
    parcels: { identifierTypes: ["customer_id"], rows: parcels, handlers: { verify: naive, erase: () => notFound() } },
  });
  const { id } = await submit([email("ada@example.org"), { type: "customer_id", value: "c-1" }]);
  await company.settle();
  await approve(id);
  await registerDataset(company.world.deps, { actor: "editor", namespace: NAMESPACE, name: "parcels", identifierTypes: [] });
  await company.settle();
  company.world.clock.advance("PT5M");
  await company.settle();
  const tasks = await findTasksByRequests(company.world.deps.db, [id]);
  expect(tasks.map(({ state, lastError }) => [state, lastError]).sort()).toEqual([["DEAD_LETTER", "NO_IDENTIFIER"], ["VERIFIED", null]]);
  expect(letters).toEqual([]);
  expect((await request(id)).result).toBe("INCOMPLETE");
});

it("a dataset that moves to another service after the release leaves a gap", async () => {
  await openCompany();
  const { id } = await submit([email("ada@example.org")]);
  await company.settle();
  await approve(id);
  await company.settle();
  await company.service("heir", ALL, {});
  await registerDataset(company.world.deps, { actor: "editor", namespace: NAMESPACE, name: "crm", service: "heir" });
  company.world.clock.advance("PT5M");
  await company.settle();
  expect((await findGapsByRequests(company.world.deps.db, [id])).map(({ reason }) => reason)).toEqual(["TRUNCATED"]);
  expect((await request(id)).result).toBe("INCOMPLETE");
});

it("cancelling keeps the suppression where a service may have erased without having answered", async () => {
  await openCompany({}, { erase: () => { throw new Error("no"); } });
  const { id } = await submit([email("ada@example.org")]);
  await company.settle();
  await approve(id);
  await company.settle();
  await cancelErasureRequest(company.world.deps, { actor: "officer", id, code: "other" });
  const lookup = { actor: "x", identifiers: [email("ada@example.org")], collectedAt: new Date("2026-01-01T00:00:00Z") };
  expect(await isSuppressed(company.world.deps, lookup)).toBe(true);
});

it("an identifier that a service names and nobody can be asked with leaves a gap", async () => {
  const nameless = { parts: [{ outcome: "FOUND", count: 1 }], identities: [{ identity_type: "phone", identity_value: "030 1234567" }] } as const;
  await openCompany({}, { discover: () => nameless });
  const { id } = await submit([email("ada@example.org")]);
  await company.settle();
  expect((await findGapsByRequests(company.world.deps.db, [id])).map(({ reason }) => reason)).toEqual(["TRUNCATED"]);
});

it("a sentinel is called removed only where the service says that it is gone", async () => {
  await openCompany({}, { erase: () => failed(1) });
  await submit([email("nobody@example.org")]);
  await company.settle();
  const states = await company.world.deps.db.query<{ state: string }>("testSentinelStates", "select state from sentinels");
  expect(states).toEqual([{ state: "FAILED" }]);
});

it("an order whose dataset lost its identifiers after the release is not sent, however well the others could be asked", async () => {
  company = await createCompany();
  await company.service("post", ALL, {
    letters: { identifierTypes: ["email"], rows: [{ email: "ada@example.org" }] },
    parcels: { identifierTypes: ["customer_id"], rows: [{ customer_id: "c-1" }], handlers: { erase: () => notFound(), verify: () => notFound() } },
  });
  const { id } = await submit([email("ada@example.org"), { type: "customer_id", value: "c-1" }]);
  await company.settle();
  await approve(id);
  await company.advanceOnly();
  await registerDataset(company.world.deps, { actor: "editor", namespace: NAMESPACE, name: "parcels", identifierTypes: [] });
  await company.settle();
  expect(company.received.get("post")?.filter(({ kind, identities }) => kind === "erase" && identities.some(({ identity_value }) => identity_value === "ada@example.org"))).toEqual([]);
  expect((await request(id)).result).toBe("INCOMPLETE");
});
