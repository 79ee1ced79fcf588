import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { auditTrail } from "./audit-trail";
import { type TransferWorld, transferWorld } from "./transfer-world";

let world: TransferWorld;
beforeAll(async () => (world = await transferWorld()));
afterAll(() => world.close());

test("a proposal names both services and changes nothing yet", async () => {
  const entity = await world.owned();
  const owners = await world.owners(entity);
  const transfer = await world.propose(`entity:${entity}`, { to: "service:shop", effectiveAt: world.inDays(7) });
  expect(transfer).toMatchObject({
    entityKey: entity, fromServiceKey: "crm", toServiceKey: "shop", state: "PROPOSED", effectiveAt: world.inDays(7),
    proposedBy: "ada", proposedAt: world.clock.now(), decidedBy: null, decidedAt: null, reason: null,
  });
  expect(await world.transfer(transfer)).toEqual(transfer);
  expect(await world.owners(entity)).toEqual(owners);
  const trail = await auditTrail(world.deps);
  expect(trail.filter(({ object }) => object === transfer.id)).toEqual([{ action: "catalog.propose-ownership-transfer", object: transfer.id, outcome: "ok" }]);
});

test("an entity without a system of record has nothing to transfer", async () => {
  await expect(world.propose(await world.entity())).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("assignOwnership") as string });
});

test("who has a lesser role is no system of record", async () => {
  const entity = await world.owned({ role: "WRITER" });
  await expect(world.propose(entity)).rejects.toMatchObject({ code: "PRECONDITION_FAILED", object: `entity:${entity}` });
});

test("a system of record that has ended by then has nothing to transfer; a planned successor has", async () => {
  const entity = await world.owned({ validTo: world.inDays(5) });
  await expect(world.propose(entity, { effectiveAt: world.inDays(5) })).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  await assignOwnership(world.deps, { actor: "ada", entity, service: "mail", role: "SYSTEM_OF_RECORD", validFrom: world.inDays(5) });
  expect(await world.propose(entity, { effectiveAt: world.inDays(5) })).toMatchObject({ fromServiceKey: "mail" });
});

test("the service that has it cannot be given it", async () => {
  await expect(world.propose(await world.owned(), { to: "crm" })).rejects.toMatchObject({ code: "PRECONDITION_FAILED", message: expect.stringContaining("service:crm") as string });
});

test("an unknown or retired service or entity is named", async () => {
  const apply = (document: object) => importDescriptors(world.deps, { actor: "ada", source: "s", format: "CADASTRE", document: JSON.stringify(document), dryRun: false });
  await apply({
    services: [{ key: "old", name: "Old" }], entities: [{ key: "old", name: "Old" }], assignments: [{ entity: "old", service: "old", role: "SYSTEM_OF_RECORD" }],
  });
  await apply({});
  for (const to of ["nobody", "old"]) {
    await expect(world.propose(await world.owned(), { to })).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining(`service:${to}`) as string });
  }
  for (const entity of ["nothing", "old"]) {
    await expect(world.propose(entity)).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining(`entity:${entity}`) as string });
  }
  await expect(world.propose("Entity", { to: "a b" })).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^entity: .*; to: /) as string });
});

test("the past is corrected, not transferred; five minutes of it are a clock that runs behind, and count as now", async () => {
  const entity = await world.owned();
  const minutesAgo = (minutes: number): Date => new Date(world.clock.now().getTime() - minutes * 60_000);
  await expect(world.propose(entity, { effectiveAt: new Date(minutesAgo(5).getTime() - 1) })).rejects.toMatchObject({
    code: "BAD_USER_INPUT", message: expect.stringMatching(/^effectiveAt: .*correctAssignment/) as string,
  });
  expect(await world.propose(entity, { effectiveAt: minutesAgo(5) })).toMatchObject({ effectiveAt: world.clock.now() });
  expect(await world.propose(entity)).toMatchObject({ effectiveAt: world.clock.now() });
});

test("several proposals may stand, also to one service", async () => {
  const entity = await world.owned();
  const proposals = await Promise.all(["shop", "mail", "shop"].map((to) => world.propose(entity, { to })));
  expect(new Set(proposals.map(({ id }) => id)).size).toBe(3);
});
