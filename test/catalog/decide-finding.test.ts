import { FINDING_KINDS, type Finding, type FindingState } from "../../src/catalog/finding-model";
import { findOpenFindings, listFindings } from "../../src/catalog/storage/finding-queries";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { decideFinding } from "../../src/catalog/use-cases/decide-finding";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
beforeAll(async () => {
  world = await setup();
  await registerService(world.deps, { actor: "ada", key: "owner", name: "Owner" });
});
afterAll(() => world.close());

let count = 0;
/** That an entity of its own has no system of record. */
async function finding(): Promise<Finding> {
  const key = `entity-${(count += 1)}`;
  await registerEntity(world.deps, { actor: "ada", key, name: "Entity" });
  return (await list({ subject: `entity:${key}` }))[0]!;
}

async function list({ subject, state }: { subject: string; state?: FindingState }): Promise<Finding[]> {
  const { edges } = await listFindings(world.deps.db, { kinds: FINDING_KINDS, includeSilenced: false, subject, state }, { first: 10 });
  return edges.map(({ node }) => node);
}

const inDays = (days: number): Date => new Date(world.clock.now().getTime() + days * 86_400_000);
const accept = (id: string, more: { reason?: string; expiresAt?: Date } = {}) =>
  decideFinding(world.deps, { actor: "grace", id, state: "ACCEPTED", reason: "it is bought next week", expiresAt: inDays(7), ...more });
const reopen = (id: string) => decideFinding(world.deps, { actor: "ada", id, state: "OPEN" });

test("an accepted finding names who, why and until when, and is open again at that instant, by itself", async () => {
  const { id, subject } = await finding();
  const until = inDays(7);
  const accepted = { id, state: "ACCEPTED", acceptedBy: "grace", acceptedReason: "it is bought next week", acceptedUntil: until };
  expect(await accept(id)).toMatchObject(accepted);
  expect(await list({ subject })).toMatchObject([accepted]);
  expect(await list({ subject, state: "ACCEPTED" })).toMatchObject([accepted]);
  expect(await list({ subject, state: "OPEN" })).toEqual([]);
  expect((await findOpenFindings(world.deps.db, { entityKeys: [subject.slice(7)] })).get(subject.slice(7))).toMatchObject([accepted]);

  world.clock.set(new Date(until.getTime() - 1));
  expect(await list({ subject, state: "OPEN" })).toEqual([]);
  world.clock.set(until);
  expect(await list({ subject, state: "OPEN" })).toMatchObject([{ ...accepted, state: "OPEN" }]);
  expect(await list({ subject, state: "ACCEPTED" })).toEqual([]);
});

test("an acceptance can be changed and taken back; each change is an entry, the same again is none", async () => {
  const { id } = await finding();
  await accept(id);
  await accept(id);
  await accept(id, { reason: "it is bought in two weeks", expiresAt: inDays(14) });
  expect(await reopen(id)).toMatchObject({ state: "OPEN", acceptedBy: null, acceptedReason: null, acceptedUntil: null });
  await reopen(id);
  const entries = (await auditTrail(world.deps)).filter(({ object }) => object === id);
  expect(entries).toEqual(Array.from({ length: 3 }, () => ({ action: "catalog.decide-finding", object: id, outcome: "ok" })));
});

test("a finding that is no longer true is resolved whoever accepted it, and cannot be decided any more", async () => {
  const { id, subject } = await finding();
  await accept(id);
  await assignOwnership(world.deps, { actor: "ada", entity: subject, service: "owner", role: "SYSTEM_OF_RECORD" });
  expect(await list({ subject })).toEqual([]);
  expect(await list({ subject, state: "RESOLVED" })).toMatchObject([{ id, state: "RESOLVED", acceptedBy: "grace" }]);
  await expect(reopen(id)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  await expect(accept(id)).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
});

test("nobody resolves a finding by hand", async () => {
  const { id, subject } = await finding();
  await expect(decideFinding(world.deps, { actor: "ada", id, state: "RESOLVED" })).rejects.toMatchObject({
    code: "PRECONDITION_FAILED", message: "state: a finding is resolved by the register when it is no longer true", object: id,
  });
  expect(await list({ subject, state: "OPEN" })).toHaveLength(1);
});

test.each<[string, { reason?: string; expiresAt?: Date }, RegExp]>([
  ["without a reason", { reason: undefined }, /^reason: must not be empty/],
  ["with an empty reason", { reason: " " }, /^reason: must not be empty/],
  ["with a reason of 513 characters", { reason: "x".repeat(513) }, /^reason: must have at most 512/],
  ["with a reason that hides something", { reason: "fine\u202Eenif" }, /^reason: .*U\+202E/],
  ["without an end", { expiresAt: undefined }, /^expiresAt: must be given, in the future/],
  ["that ends now", { expiresAt: new Date("2026-03-02T09:00:00Z") }, /^expiresAt: must be given, in the future/],
  ["for more than 366 days", { expiresAt: new Date("2029-03-02T09:00:00Z") }, /^expiresAt: .* at most 366 days/],
])("an acceptance %s is refused", async (_, more, reason) => {
  const { id } = await finding();
  await expect(accept(id, more)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(reason) as string });
});

test("an acceptance of exactly 366 days is taken", async () => {
  expect(await accept((await finding()).id, { expiresAt: inDays(366) })).toMatchObject({ state: "ACCEPTED" });
  await expect(accept((await finding()).id, { expiresAt: new Date(inDays(366).getTime() + 1) })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
});

test("a reason without an acceptance, and an id of nothing, are refused", async () => {
  const { id } = await finding();
  await expect(decideFinding(world.deps, { actor: "ada", id, state: "OPEN", reason: "no" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  for (const nothing of ["x", "0190a0a0-0000-7000-8000-000000000000"]) await expect(accept(nothing)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("of a decision and the change that resolves the finding, neither is lost", async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id, subject } = await finding();
    const [decided] = await Promise.allSettled([
      accept(id),
      assignOwnership(world.deps, { actor: "ada", entity: subject, service: "owner", role: "SYSTEM_OF_RECORD" }),
    ]);
    const [resolved] = await list({ subject, state: "RESOLVED" });
    expect(resolved).toMatchObject({ id, acceptedBy: decided.status === "fulfilled" ? "grace" : null });
  }
});
