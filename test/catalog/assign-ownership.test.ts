import { planQueries } from "../../src/catalog";
import { findSystemsOfRecord } from "../../src/catalog/storage/ownership-queries";
import { assignOwnership, type AssignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
beforeAll(async () => {
  world = await setup();
  for (const key of ["crm", "shop", "mail"]) await registerService(world.deps, { actor: "ada", key, name: key });
});
afterAll(() => world.close());

let entities = 0;
async function newEntity(identifierTypes: string[] = []): Promise<string> {
  const key = `entity-${(entities += 1)}`;
  await registerEntity(world.deps, { actor: "ada", key, name: key, identifierTypes });
  return key;
}

const day = (text: string): Date => new Date(`2026-${text}T00:00:00Z`);
const assign = (entity: string, service: string, rest: Partial<AssignOwnership> = {}) =>
  assignOwnership(world.deps, { actor: "ada", entity, service, role: "SYSTEM_OF_RECORD", ...rest });
async function ownerOf(entity: string, asOf: Date, knownAt: Date | null = null): Promise<string | null> {
  const [service] = await findSystemsOfRecord(world.deps.db, [{ key: entity, asOf, knownAt }]);
  return service?.key ?? null;
}

test("a service owns an entity from the given instant to the instant before the end", async () => {
  const entity = await newEntity();
  const assignment = await assign(`entity:${entity}`, "service:crm", { validFrom: day("01-01"), validTo: day("02-01") });
  expect(assignment).toMatchObject({ entityKey: entity, serviceKey: "crm", recordedAt: world.clock.now() });
  expect(await ownerOf(entity, new Date(day("01-01").getTime() - 1))).toBeNull();
  expect(await ownerOf(entity, day("01-01"))).toBe("crm");
  expect(await ownerOf(entity, new Date(day("02-01").getTime() - 1))).toBe("crm");
  expect(await ownerOf(entity, day("02-01"))).toBeNull();
});

test("a second system of record is refused with the name of the first", async () => {
  const entity = await newEntity();
  await assign(entity, "crm", { validFrom: day("01-01") });
  await expect(assign(entity, "shop", { validFrom: day("02-01") })).rejects.toMatchObject({
    code: "CONFLICT", object: `entity:${entity}`, message: expect.stringContaining("service:crm is SYSTEM_OF_RECORD from 2026-01-01T00:00:00.000Z on") as string,
  });
  await expect(assign(entity, "crm", { validFrom: day("02-01") })).resolves.toMatchObject({ validFrom: day("01-01") });
});

test("of two first systems of record in one instant one stands", async () => {
  const entity = await newEntity();
  const [one, two] = await Promise.allSettled([assign(entity, "crm"), assign(entity, "shop")]);
  expect([one.status, two.status].sort()).toEqual(["fulfilled", "rejected"]);
  expect(await ownerOf(entity, world.clock.now())).not.toBeNull();
});

test("an interval that the service's role covers already changes nothing; one that reaches beyond it is refused", async () => {
  const entity = await newEntity();
  const first = await assign(entity, "shop", { role: "READER", validFrom: day("01-01"), validTo: day("06-01") });
  const before = await auditTrail(world.deps);
  expect(await assign(entity, "shop", { role: "READER", validTo: day("05-01") })).toEqual(first);
  await expect(assign(entity, "shop", { role: "READER" })).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("an interval that ends before or as it begins is refused", async () => {
  const entity = await newEntity();
  for (const validTo of [day("01-31"), day("02-01")]) {
    await expect(assign(entity, "crm", { validFrom: day("02-01"), validTo })).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^validTo/) as string });
  }
});

test("an unknown entity or service is named", async () => {
  await expect(assign("nothing", "crm")).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("entity:nothing") as string });
  await expect(assign(await newEntity(), "nobody")).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringContaining("service:nobody") as string });
});

test("ending frees the entity for the next owner, and what was known before stays known as of then", async () => {
  const entity = await newEntity();
  const begun = world.clock.now();
  const { id } = await assign(entity, "crm");
  world.clock.advance("P1D");
  const ended = await endOwnership(world.deps, { actor: "ada", id });
  expect(ended).toMatchObject({ id, validFrom: begun, validTo: world.clock.now() });
  expect(await endOwnership(world.deps, { actor: "ada", id })).toEqual(ended);
  await assign(entity, "shop");
  expect(await ownerOf(entity, world.clock.now())).toBe("shop");
  expect(await ownerOf(entity, world.clock.now(), begun)).toBe("crm");
});

test("an assignment that begins later is withdrawn by ending it: it never holds", async () => {
  const entity = await newEntity();
  const later = new Date(world.clock.now().getTime() + 86_400_000);
  const { id } = await assign(entity, "crm", { validFrom: later });
  expect(await endOwnership(world.deps, { actor: "ada", id })).toMatchObject({ validFrom: later, validTo: later });
  expect(await ownerOf(entity, later)).toBeNull();
  await expect(assign(entity, "shop", { validFrom: later })).resolves.toMatchObject({ serviceKey: "shop" });
});

test("an end before the beginning, or later than the one it has, is refused", async () => {
  const { id } = await assign(await newEntity(), "crm", { validFrom: day("01-01"), validTo: day("02-01") });
  await expect(endOwnership(world.deps, { actor: "ada", id, validTo: day("03-01") })).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  await expect(endOwnership(world.deps, { actor: "ada", id, validTo: new Date("2025-01-01") })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  await expect(endOwnership(world.deps, { actor: "ada", id: "no such id" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a correction keeps the id and both truths", async () => {
  const entity = await newEntity();
  const before = world.clock.now();
  const { id } = await assign(entity, "crm", { validFrom: day("01-01") });
  world.clock.advance("PT1H");
  expect(await correctAssignment(world.deps, { actor: "ada", id, service: "service:shop" })).toMatchObject({ id, serviceKey: "shop", validFrom: day("01-01") });
  expect(await ownerOf(entity, day("01-15"))).toBe("shop");
  expect(await ownerOf(entity, day("01-15"), before)).toBe("crm");
});

test("a correction that would make two systems of record is refused", async () => {
  const entity = await newEntity();
  await assign(entity, "crm", { validFrom: day("01-01"), validTo: day("02-01") });
  const { id } = await assign(entity, "shop", { validFrom: day("02-01") });
  await expect(correctAssignment(world.deps, { actor: "ada", id, validFrom: day("01-31") })).rejects.toMatchObject({ code: "CONFLICT" });
});

test("recorded time does not run backwards when the clock of the next writer is behind", async () => {
  const entity = await newEntity();
  const first = await assign(entity, "crm", { validFrom: day("01-01"), validTo: day("02-01") });
  world.clock.advance("PT1H");
  const ahead = world.clock.now();
  const second = await assign(entity, "shop", { validFrom: day("02-01") });
  world.clock.set(first.recordedAt);
  const third = await correctAssignment(world.deps, { actor: "ada", id: second.id, service: "mail" });
  expect(third.recordedAt).toEqual(ahead);
  expect(await ownerOf(entity, day("02-01"))).toBe("mail");
});

test("the issuer of an identifier type is the system of record of the entity that declares it", async () => {
  const [owned, orphan] = [await newEntity(["crm_id", "email"]), await newEntity(["orphan_id"])];
  await assign(owned, "crm");
  expect(await planQueries.findIssuers(world.deps.db, ["crm_id", "orphan_id", "unknown"])).toEqual(
    new Map([
      ["crm_id", { entityKey: owned, serviceKey: "crm" }],
      ["orphan_id", { entityKey: orphan, serviceKey: null }],
    ]),
  );
});

test("recipients are told although their role has ended, but not before it begins", async () => {
  const entity = await newEntity();
  const role = "RECIPIENT";
  await assign(entity, "mail", { role, validFrom: day("01-01"), validTo: day("02-01") });
  await assign(entity, "shop", { role, validFrom: new Date("2030-01-01") });
  expect(await planQueries.findRecipients(world.deps.db, [entity])).toEqual([{ entityKey: entity, serviceKey: "mail" }]);
});
