import { findSystemsOfRecord } from "../../src/catalog/storage/ownership-queries";
import { lockEntities } from "../../src/catalog/storage/ownership-store";
import { acceptOwnershipTransfer } from "../../src/catalog/use-cases/accept-ownership-transfer";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { withdrawOwnershipTransfer } from "../../src/catalog/use-cases/withdraw-ownership-transfer";
import { asOwner } from "../support/as-owner";
import { waitFor } from "../support/wait-for";
import { auditTrail } from "./audit-trail";
import { type TransferWorld, transferWorld } from "./transfer-world";

let world: TransferWorld;
beforeAll(async () => (world = await transferWorld()));
afterAll(() => world.close());

const accept = ({ id }: { id: string }, actor = "bob", reason?: string) => acceptOwnershipTransfer(world.deps, { actor, id, reason });
const unchangedBy = async (entity: string, work: () => Promise<unknown>): Promise<void> => {
  const before = [await world.owners(entity), await auditTrail(world.deps)];
  await work();
  expect([await world.owners(entity), await auditTrail(world.deps)]).toEqual(before);
};

test("accepted, it takes effect at once: one owner to the instant, another from it on", async () => {
  const begun = world.clock.now();
  const entity = await world.owned();
  const transfer = await world.propose(entity);
  world.clock.advance("P1D");
  const now = world.clock.now();
  expect(await accept(transfer, "bob", "the CRM is switched off")).toEqual({
    ...transfer, state: "ACCEPTED", effectiveAt: now, decidedBy: "bob", decidedAt: now, reason: "the CRM is switched off",
  });
  expect(await world.transfer(transfer)).toMatchObject({ state: "ACCEPTED", effectiveAt: now, decidedBy: "bob", reason: "the CRM is switched off" });
  expect(await world.owners(entity)).toEqual([`crm ${begun.toISOString()} ${now.toISOString()}`, `shop ${now.toISOString()} on`]);
  const trail = await auditTrail(world.deps);
  expect(trail.filter(({ object }) => object === transfer.id).map(({ action }) => action)).toEqual(["catalog.propose-ownership-transfer", "catalog.accept-ownership-transfer"]);
});

test("accepted for later, it shows for every instant from then on, and what was known before stays known", async () => {
  const entity = await world.owned({ validTo: world.inDays(30) });
  const transfer = await world.propose(entity, { effectiveAt: world.inDays(10) });
  world.clock.advance("P1D");
  await accept(transfer);
  const asked = [8.999, 9, 28.999, 29].map((days) => ({ key: entity, asOf: world.inDays(days), knownAt: null }));
  const before = world.inDays(-0.5);
  expect((await findSystemsOfRecord(world.deps.db, asked)).map((service) => service?.key)).toEqual(["crm", "shop", "shop", undefined]);
  const known = await findSystemsOfRecord(world.deps.db, asked.map((question) => ({ ...question, knownAt: before })));
  expect(known.map((service) => service?.key)).toEqual(["crm", "crm", "crm", undefined]);
});

test("an instant that passed while nobody decided counts as now", async () => {
  const entity = await world.owned();
  const transfer = await world.propose(entity, { effectiveAt: world.inDays(1) });
  world.clock.advance("P2D");
  expect(await accept(transfer)).toMatchObject({ effectiveAt: world.clock.now() });
});

test("who proposed it cannot accept it, and nothing changes", async () => {
  const entity = await world.owned();
  const transfer = await world.propose(entity);
  await unchangedBy(entity, () => expect(accept(transfer, "ada")).rejects.toMatchObject({ code: "FORBIDDEN", object: transfer.id }));
  expect(await world.transfer(transfer)).toEqual(transfer);
});

test("accepting twice changes nothing; accepting what another accepted is refused", async () => {
  const entity = await world.owned();
  const transfer = await world.propose(entity);
  const accepted = await accept(transfer, "bob", "agreed");
  world.clock.advance("PT1H");
  await unchangedBy(entity, async () => {
    expect(await accept(transfer, "bob", "agreed again")).toEqual(accepted);
    await expect(accept(transfer, "cleo")).rejects.toMatchObject({ code: "PRECONDITION_FAILED", object: transfer.id });
  });
});

test("a withdrawn transfer, an unknown one, and what is no id are refused", async () => {
  const entity = await world.owned();
  const transfer = await world.propose(entity);
  await withdrawOwnershipTransfer(world.deps, { actor: "ada", id: transfer.id });
  await unchangedBy(entity, async () => {
    await expect(accept(transfer)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
    for (const id of ["0190a0a0-0000-7000-8000-000000000000", "transfer"]) await expect(accept({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("where ownership has changed since the proposal", () => {
  test.each<[string, (id: string, entity: string) => Promise<unknown>]>([
    ["another service", (id) => correctAssignment(world.deps, { actor: "ada", id, service: "mail" })],
    ["a later beginning", (id) => correctAssignment(world.deps, { actor: "ada", id, validFrom: world.inDays(1) })],
    ["an end", (id) => endOwnership(world.deps, { actor: "ada", id, validTo: world.inDays(20) })],
    ["another role", (id) => correctAssignment(world.deps, { actor: "ada", id, role: "WRITER" })],
    [
      "another assignment of the same service",
      async (id, entity) => {
        const { validFrom } = await endOwnership(world.deps, { actor: "ada", id });
        const { id: again } = await assignOwnership(world.deps, { actor: "ada", entity, service: "crm", role: "SYSTEM_OF_RECORD" });
        await correctAssignment(world.deps, { actor: "ada", id, validTo: validFrom });
        await correctAssignment(world.deps, { actor: "ada", id: again, validFrom });
      },
    ],
  ])("to %s, acceptance is a conflict and the transfer stays proposed", async (_, change) => {
    const entity = await world.entity();
    const { id } = await assignOwnership(world.deps, { actor: "ada", entity, service: "crm", role: "SYSTEM_OF_RECORD" });
    world.clock.advance("PT1H");
    const transfer = await world.propose(entity, { effectiveAt: world.inDays(10) });
    await change(id, entity);
    await unchangedBy(entity, () => expect(accept(transfer)).rejects.toMatchObject({ code: "CONFLICT", object: transfer.id }));
    expect(await world.transfer(transfer)).toEqual(transfer);
  });

  test("and back again, there is nothing to object to", async () => {
    const entity = await world.entity();
    const { id } = await assignOwnership(world.deps, { actor: "ada", entity, service: "crm", role: "SYSTEM_OF_RECORD" });
    const transfer = await world.propose(entity);
    for (const service of ["mail", "crm"]) await correctAssignment(world.deps, { actor: "ada", id, service });
    expect(await accept(transfer)).toMatchObject({ state: "ACCEPTED" });
  });

  test("the refusal says what stands instead", async () => {
    const entity = await world.owned();
    const [one, other] = [await world.propose(entity), await world.propose(entity, { to: "mail" })];
    await accept(one);
    await expect(accept(other)).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringContaining("service:shop is SYSTEM_OF_RECORD from") as string });
  });
});

test("other roles neither hinder a transfer nor are changed by it", async () => {
  const entity = await world.owned();
  const reader = await assignOwnership(world.deps, { actor: "ada", entity, service: "shop", role: "WRITER" });
  await accept(await world.propose(entity));
  expect(await assignOwnership(world.deps, { actor: "ada", entity, service: "shop", role: "WRITER" })).toEqual(reader);
});

test("a service or entity that was retired meanwhile is refused", async () => {
  const apply = (source: string, document: object) => importDescriptors(world.deps, { actor: "ada", source, format: "CADASTRE", document: JSON.stringify(document), dryRun: false });
  await apply("services", { services: [{ key: "young", name: "Young" }] });
  await apply("entities", { entities: [{ key: "young", name: "Young" }] });
  await assignOwnership(world.deps, { actor: "ada", entity: "young", service: "crm", role: "SYSTEM_OF_RECORD" });
  const [toYoung, ofYoung] = [await world.propose(await world.owned(), { to: "young" }), await world.propose("young")];
  await apply("services", {});
  await apply("entities", {});
  await expect(accept(toYoung)).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("service:young") as string });
  await expect(accept(ofYoung)).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("entity:young") as string });
});

describe("at the same time", () => {
  /** Starts all of it while somebody else has the entity, so that everything is on its way before anything is decided. */
  async function together(entity: string, works: readonly (() => Promise<unknown>)[]): Promise<string[]> {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let blocking: Promise<void> | undefined;
    await new Promise<void>((locked, failed) => {
      blocking = world.deps.transaction(async (tx) => {
        await lockEntities(tx, [entity]);
        locked();
        await released;
      });
      blocking.catch(failed);
    });
    const outcomes = Promise.allSettled(works.map((work) => work()));
    await waitFor(async () => {
      const [waiting] = await asOwner<{ count: number }>(
        world.deps,
        "testWaiting",
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting!.count === works.length;
    }).finally(release);
    await blocking;
    return (await outcomes).map((outcome) => (outcome.status === "fulfilled" ? "done" : (outcome.reason as { code: string }).code)).sort();
  }

  test("of two transfers of one entity one is carried out and the other is a conflict", async () => {
    const entity = await world.owned();
    const proposals = [await world.propose(entity), await world.propose(entity, { to: "mail" })];
    expect(await together(entity, proposals.map((transfer) => () => accept(transfer)))).toEqual(["CONFLICT", "done"]);
    expect(await world.owners(entity)).toHaveLength(1);
    expect((await Promise.all(proposals.map(world.transfer))).map(({ state }) => state).sort()).toEqual(["ACCEPTED", "PROPOSED"]);
  });

  test("one transfer accepted by two is accepted by one of them", async () => {
    const entity = await world.owned();
    const transfer = await world.propose(entity);
    expect(await together(entity, ["bob", "cleo"].map((actor) => () => accept(transfer, actor)))).toEqual(["PRECONDITION_FAILED", "done"]);
  });

  test("one that is accepted and withdrawn is either", async () => {
    const entity = await world.owned();
    const transfer = await world.propose(entity);
    const withdraw = () => withdrawOwnershipTransfer(world.deps, { actor: "ada", id: transfer.id });
    expect(await together(entity, [() => accept(transfer), withdraw])).toEqual(["PRECONDITION_FAILED", "done"]);
    const { state } = await world.transfer(transfer);
    expect(await world.owners(entity)).toEqual([expect.stringContaining(state === "ACCEPTED" ? "shop" : "crm")]);
  });

  test("one that is accepted while its owner is corrected leaves one owner", async () => {
    const entity = await world.entity();
    const { id } = await assignOwnership(world.deps, { actor: "ada", entity, service: "crm", role: "SYSTEM_OF_RECORD", validFrom: world.inDays(-1) });
    const transfer = await world.propose(entity);
    await together(entity, [() => accept(transfer), () => correctAssignment(world.deps, { actor: "ada", id, service: "mail" })]);
    const [owner] = await findSystemsOfRecord(world.deps.db, [{ key: entity, asOf: world.clock.now(), knownAt: null }]);
    expect(owner?.key).toBe((await world.transfer(transfer)).state === "ACCEPTED" ? "shop" : "mail");
  });

  test("proposals for one entity all stand", async () => {
    const entity = await world.owned();
    expect(await together(entity, ["shop", "mail"].map((to) => () => world.propose(entity, { to })))).toEqual(["done", "done"]);
  });
});
