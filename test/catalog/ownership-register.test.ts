import fc from "fast-check";
import { OWNERSHIP_ROLES, type OwnershipRole } from "../../src/catalog/ownership-model";
import { findAssignmentsOf, findSystemsOfRecord } from "../../src/catalog/storage/ownership-queries";
import { acceptOwnershipTransfer } from "../../src/catalog/use-cases/accept-ownership-transfer";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { declineOwnershipTransfer } from "../../src/catalog/use-cases/decline-ownership-transfer";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { proposeOwnershipTransfer } from "../../src/catalog/use-cases/propose-ownership-transfer";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { Refusal } from "../../src/platform/errors";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
  for (const key of SERVICES) await registerService(world.deps, { actor: "ada", key, name: key });
});
afterAll(() => world.close());

const SERVICES = ["a", "b", "c"];
const DAYS = Array.from({ length: 12 }, (_, day) => day);
const at = (day: number): Date => new Date(Date.UTC(2026, 0, 1 + day));

/** What somebody does, with days for instants; `which` picks one of the assignments, or transfers, made so far. Ada proposes, Bob decides. */
type Step = { readonly clock: number } & (
  | { readonly kind: "assign"; readonly service: string; readonly role: OwnershipRole; readonly from: number; readonly to: number | null }
  | { readonly kind: "end"; readonly which: number; readonly to: number | null }
  | { readonly kind: "correct"; readonly which: number; readonly service?: string; readonly from?: number; readonly to?: number | null }
  | { readonly kind: "propose"; readonly service: string; readonly effective: number | null }
  | { readonly kind: "accept"; readonly which: number }
  | { readonly kind: "decline"; readonly which: number }
);

const day = fc.integer({ min: 0, max: 10 });
const service = fc.constantFrom(...SERVICES);
const role = fc.oneof({ weight: 4, arbitrary: fc.constant<OwnershipRole>("SYSTEM_OF_RECORD") }, { weight: 1, arbitrary: fc.constantFrom(...OWNERSHIP_ROLES) });
/** Early for the most part: once something was recorded late, hardly any transfer can take effect before the last day. */
const clock = fc.oneof({ weight: 5, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: day });
/** Every other one is open, or left to the register. */
const open = fc.option(day, { freq: 2 });
const which = fc.nat(5);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("assign" as const), clock, service, role, from: day, to: open }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("end" as const), clock, which, to: open }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("correct" as const), clock, which, service, from: day, to: open }, { requiredKeys: ["kind", "clock", "which"] }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("propose" as const), clock, service, effective: open }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("accept" as const, "accept" as const, "decline" as const), clock, which }) },
);
/** In most histories somebody owns the entity early on, so that there is something to hand over. */
const first: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("assign" as const), clock, service, role: fc.constant<OwnershipRole>("SYSTEM_OF_RECORD"), from: fc.nat(3), to: open,
});
const history = fc
  .tuple(fc.oneof({ weight: 4, arbitrary: first }, { weight: 1, arbitrary: step }), fc.array(step, { minLength: 5, maxLength: 15 }))
  .map(([one, others]) => [one, ...others]);

interface Held {
  readonly service: string;
  readonly role: OwnershipRole;
  readonly from: number;
  /** Infinity: open. */
  readonly to: number;
}

interface Transfer {
  readonly service: string;
  readonly effective: number;
  /** The assignment that ends, and what it was at the proposal. */
  readonly from: number;
  readonly was: Held;
  readonly state: string;
}

/** The register as a list of pictures: what was held, after each change, and when that was recorded. */
class Model {
  private readonly pictures: { readonly recorded: number; readonly held: ReadonlyMap<number, Held> }[] = [{ recorded: -Infinity, held: new Map() }];
  private readonly transfers: Transfer[] = [];
  private made = 0;

  /** Answers the code of the refusal, "same" where nothing changes, "new" or "changed" otherwise. */
  take(step: Step): string {
    const now = this.pictures.at(-1)!;
    if (step.kind === "propose") return this.propose(step);
    if (step.kind === "accept" || step.kind === "decline") return this.decide(step);
    if (step.kind === "assign") {
      const claim = { service: step.service, role: step.role, from: step.from, to: step.to ?? Infinity };
      if (claim.to <= claim.from) return "BAD_USER_INPUT";
      const covered = [...now.held.values()].some((held) => held.service === claim.service && held.role === claim.role && held.from <= claim.from && claim.to <= held.to);
      if (covered) return "same";
      return this.record(step.clock, this.made, claim, "new");
    }
    const id = step.which % this.made;
    const held = now.held.get(id);
    if (held === undefined) return "NOT_FOUND";
    if (step.kind === "end") {
      const to = step.to ?? Math.max(step.clock, held.from);
      if (to < held.from) return "BAD_USER_INPUT";
      if (held.to <= to) return step.to === null || held.to === to ? "same" : "PRECONDITION_FAILED";
      return this.record(step.clock, id, { ...held, to }, "changed");
    }
    const corrected = { ...held, service: step.service ?? held.service, from: step.from ?? held.from, to: step.to === undefined ? held.to : (step.to ?? Infinity) };
    if (corrected.to < corrected.from) return "BAD_USER_INPUT";
    if (JSON.stringify(corrected) === JSON.stringify(held) && corrected.to === held.to) return "same";
    return this.record(step.clock, id, corrected, "changed");
  }

  private propose({ clock, service, effective: named }: Step & { kind: "propose" }): string {
    if (named !== null && named < clock) return "BAD_USER_INPUT";
    const effective = Math.max(named ?? clock, clock, this.pictures.at(-1)!.recorded);
    const [from, was] = this.ownerAt(effective);
    if (was === undefined || was.service === service) return "PRECONDITION_FAILED";
    this.transfers.push({ service, effective, from, was, state: "propose" });
    return "changed";
  }

  private decide({ clock, kind, which: any }: Step & { kind: "accept" | "decline" }): string {
    const which = any % this.transfers.length;
    const transfer = this.transfers[which];
    if (transfer === undefined) return "NOT_FOUND";
    if (transfer.state !== "propose") return transfer.state === kind ? "same" : "PRECONDITION_FAILED";
    if (kind === "accept") {
      const effective = Math.max(transfer.effective, clock, this.pictures.at(-1)!.recorded);
      const [from, owner] = this.ownerAt(effective);
      if (from !== transfer.from || JSON.stringify(owner) !== JSON.stringify(transfer.was) || owner?.to !== transfer.was.to) return "CONFLICT";
      const held = new Map(this.pictures.at(-1)!.held).set(from, { ...transfer.was, to: effective });
      this.pictures.push({ recorded: Math.max(clock, this.pictures.at(-1)!.recorded), held: held.set(this.made, { ...transfer.was, service: transfer.service, from: effective }) });
      this.made += 1;
    }
    this.transfers[which] = { ...transfer, state: kind };
    return "changed";
  }

  private ownerAt(asOf: number): [number, Held | undefined] {
    const found = [...this.pictures.at(-1)!.held].find(([, { role, from, to }]) => role === "SYSTEM_OF_RECORD" && from <= asOf && asOf < to);
    return found ?? [-1, undefined];
  }

  heldAt(asOf: number, knownAt: number): Held[] {
    const picture = this.pictures.findLast(({ recorded }) => recorded <= knownAt)!;
    return [...picture.held.values()].filter(({ from, to }) => from <= asOf && asOf < to);
  }

  private record(clock: number, id: number, next: Held, outcome: string): string {
    const now = this.pictures.at(-1)!;
    const clash = [...now.held].some(([other, held]) =>
      other !== id && DAYS.some((asOf) => [held, next].every(({ from, to }) => from <= asOf && asOf < to)) &&
      held.role === next.role && (next.role === "SYSTEM_OF_RECORD" || held.service === next.service),
    );
    if (clash) return "CONFLICT";
    this.pictures.push({ recorded: Math.max(clock, now.recorded), held: new Map(now.held).set(id, next) });
    if (outcome === "new") this.made += 1;
    return outcome;
  }
}

interface Made {
  readonly entity: string;
  readonly assignments: string[];
  readonly transfers: string[];
}

const everything = (): Promise<unknown[]> =>
  world.deps.db.query(
    "testRegister",
    `select md5(string_agg(a::text, '|' order by a.id, a.version)) as digest from ownership_assignments a
     union all select md5(string_agg(t::text, '|' order by t.id)) from ownership_transfers t`,
  );

/** Does the same to the register; answers as the model does. */
async function take(step: Step, made: Made): Promise<string> {
  world.clock.set(at(step.clock));
  const before = await everything();
  try {
    if (await perform(step, made)) return "new";
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code;
    throw refusal;
  }
  return JSON.stringify(await everything()) === JSON.stringify(before) ? "same" : "changed";
}

const pick = (ids: readonly string[], which: number): string => ids[which % ids.length] ?? "none";

/** Whether an assignment was made that was not there before. */
async function perform(step: Step, { entity, assignments, transfers }: Made): Promise<boolean> {
  const { deps } = world;
  const instant = (given: number | null | undefined): Date | null | undefined => (typeof given === "number" ? at(given) : given);
  switch (step.kind) {
    case "assign": {
      const assigned = await assignOwnership(deps, { actor: "ada", entity, service: step.service, role: step.role, validFrom: at(step.from), validTo: instant(step.to) });
      if (assignments.includes(assigned.id)) return false;
      assignments.push(assigned.id);
      return true;
    }
    case "end":
      await endOwnership(deps, { actor: "ada", id: pick(assignments, step.which), validTo: instant(step.to) });
      return false;
    case "correct":
      await correctAssignment(deps, { actor: "ada", id: pick(assignments, step.which), service: step.service, validFrom: instant(step.from), validTo: instant(step.to) });
      return false;
    case "propose":
      transfers.push((await proposeOwnershipTransfer(deps, { actor: "ada", entity, to: step.service, effectiveAt: instant(step.effective) })).id);
      return false;
    case "decline":
      await declineOwnershipTransfer(deps, { actor: "bob", id: pick(transfers, step.which) });
      return false;
    case "accept":
      await acceptSeamlessly(step, { entity, assignments, transfers });
      return false;
  }
}

/** Accepts; expects that whoever owned the entity at an instant, somebody owns it still. */
async function acceptSeamlessly({ which }: { which: number }, { entity, assignments, transfers }: Made): Promise<void> {
  const ownersOf = () => findSystemsOfRecord(world.deps.db, DAYS.map((asOf) => ({ key: entity, asOf: at(asOf), knownAt: null })));
  const before = await ownersOf();
  const { effectiveAt, toServiceKey } = await acceptOwnershipTransfer(world.deps, { actor: "bob", id: pick(transfers, which) });
  const after = await ownersOf();
  expect(after.map((owner) => owner !== null)).toEqual(before.map((owner) => owner !== null));
  for (const day of DAYS) if (at(day) < effectiveAt) expect(after[day]).toEqual(before[day]);
  const [current] = await findAssignmentsOf(world.deps.db, "entity", [{ key: entity, asOf: effectiveAt, knownAt: null }]);
  const owner = current!.find(({ role, serviceKey }) => role === "SYSTEM_OF_RECORD" && serviceKey === toServiceKey);
  if (owner !== undefined && !assignments.includes(owner.id)) assignments.push(owner.id);
}

let entities = 0;

test("any history of assignments, ends, corrections and transfers, by clocks that jump, is answered as a list of pictures would", async () => {
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const entity = `entity-${(entities += 1)}`;
      await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
      const model = new Model();
      const made: Made = { entity, assignments: [], transfers: [] };
      for (const step of steps) expect([step, await take(step, made)]).toEqual([step, model.take(step)]);

      const questions = DAYS.flatMap((asOf) => [...DAYS, Infinity].map((knownAt) => ({ asOf, knownAt })));
      const asked = questions.map(({ asOf, knownAt }) => ({ key: entity, asOf: at(asOf), knownAt: knownAt === Infinity ? null : at(knownAt) }));
      const owners = await findSystemsOfRecord(world.deps.db, asked);
      const assignments = await findAssignmentsOf(world.deps.db, "entity", asked);
      const text = ({ service, role }: { service: string; role: string }): string => `${service} ${role}`;
      for (const [index, { asOf, knownAt }] of questions.entries()) {
        const expected = model.heldAt(asOf, knownAt);
        const systems = expected.filter((held) => held.role === "SYSTEM_OF_RECORD");
        expect(systems.length).toBeLessThanOrEqual(1);
        expect(owners[index]?.key ?? null).toBe(systems[0]?.service ?? null);
        expect(assignments[index]!.map(({ serviceKey, role }) => text({ service: serviceKey, role })).sort()).toEqual(expected.map(text).sort());
      }
    }),
    { numRuns: 150 },
  );
});

test("the database itself refuses a second system of record in any recorded state", async () => {
  const entity = "guarded";
  await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
  const insert = (id: string, recordedFrom: number, recordedTo: number | null) =>
    world.deps.transaction((tx) =>
      tx.execute(
        "testInsertVersion",
        `insert into ownership_assignments (id, version, entity_key, service_key, role, valid_from, recorded_from, recorded_to)
         values ($1, 1, $2, 'a', 'SYSTEM_OF_RECORD', $3, $4, $5)`,
        [id, entity, at(0), at(recordedFrom), recordedTo === null ? null : at(recordedTo)],
      ),
    );
  await insert("00000000-0000-7000-8000-000000000001", 2, 5);
  await insert("00000000-0000-7000-8000-000000000002", 5, null);
  await expect(insert("00000000-0000-7000-8000-000000000003", 4, 5)).rejects.toMatchObject({ code: "23P01" });
});

describe("by writers whose clocks differ", () => {
  const ownersOf = (entity: string, asOf: readonly Date[], knownAt: Date | null = null) =>
    findSystemsOfRecord(world.deps.db, asOf.map((instant) => ({ key: entity, asOf: instant, knownAt }))).then((owners) => owners.map((owner) => owner?.key ?? null));
  const named = async (entity: string): Promise<string> => {
    await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
    return entity;
  };

  test("what a clock that runs behind writes is recorded no earlier than what it changes", async () => {
    const entity = await named("skewed");
    world.clock.set(at(5));
    const { id } = await assignOwnership(world.deps, { actor: "ada", entity, service: "a", role: "SYSTEM_OF_RECORD", validFrom: at(1) });
    world.clock.set(at(4));
    expect(await endOwnership(world.deps, { actor: "ada", id, validTo: at(3) })).toMatchObject({ recordedAt: at(5) });
    expect(await assignOwnership(world.deps, { actor: "ada", entity, service: "b", role: "SYSTEM_OF_RECORD", validFrom: at(3) })).toMatchObject({ recordedAt: at(5) });
    expect(await ownersOf(entity, [at(2), at(3)])).toEqual(["a", "b"]);
    expect(await ownersOf(entity, [at(2), at(3)], at(4))).toEqual([null, null]);
  });

  test("a transfer takes effect no earlier than what was recorded last, and leaves no gap", async () => {
    const entity = await named("overtaken");
    world.clock.set(at(5));
    await assignOwnership(world.deps, { actor: "ada", entity, service: "a", role: "SYSTEM_OF_RECORD" });
    world.clock.set(at(4));
    const { id } = await proposeOwnershipTransfer(world.deps, { actor: "ada", entity, to: "b" });
    expect(await acceptOwnershipTransfer(world.deps, { actor: "bob", id })).toMatchObject({ effectiveAt: at(5), decidedAt: at(4) });
    expect(await ownersOf(entity, [at(4), at(5), at(6)])).toEqual([null, "b", "b"]);
  });

  test("nor does one that was overtaken between proposal and acceptance", async () => {
    const entity = await named("overtaken-later");
    world.clock.set(at(3));
    await assignOwnership(world.deps, { actor: "ada", entity, service: "a", role: "SYSTEM_OF_RECORD", validFrom: at(1) });
    const { id } = await proposeOwnershipTransfer(world.deps, { actor: "ada", entity, to: "b" });
    world.clock.set(at(6));
    await assignOwnership(world.deps, { actor: "ada", entity, service: "c", role: "READER" });
    world.clock.set(at(4));
    expect(await acceptOwnershipTransfer(world.deps, { actor: "bob", id })).toMatchObject({ effectiveAt: at(6), decidedAt: at(4) });
    expect(await ownersOf(entity, [at(5), at(6)])).toEqual(["a", "b"]);
    expect(await ownersOf(entity, [at(5), at(7)], at(5))).toEqual(["a", "a"]);
  });
});

test("of several changes in one instant the last is known, and the others never were", async () => {
  const entity = "busy";
  await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
  world.clock.set(at(2));
  await assignOwnership(world.deps, { actor: "ada", entity, service: "a", role: "SYSTEM_OF_RECORD" });
  for (const to of ["b", "c"]) {
    const { id } = await proposeOwnershipTransfer(world.deps, { actor: "ada", entity, to });
    await acceptOwnershipTransfer(world.deps, { actor: "bob", id });
  }
  const [now, then] = await findAssignmentsOf(world.deps.db, "entity", [null, at(2)].map((knownAt) => ({ key: entity, asOf: at(2), knownAt })));
  expect(now).toMatchObject([{ serviceKey: "c", validFrom: at(2), validTo: null }]);
  expect(then).toEqual(now);
});

test("two services that claim an entity in one instant: one is the system of record, the other is told", async () => {
  const entity = "contested";
  await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
  const claim = (service: string) => assignOwnership(world.deps, { actor: "ada", entity, service, role: "SYSTEM_OF_RECORD", validFrom: at(1) });
  const outcomes = await Promise.allSettled([claim("a"), claim("b")]);
  const lost = outcomes.find((outcome) => outcome.status === "rejected");
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(lost?.reason).toMatchObject({ code: "CONFLICT" });
});

test("an interval that ends before it begins is refused, however it comes about", async () => {
  const entity = "backwards";
  await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
  const assign = (validFrom: Date, validTo: Date) => assignOwnership(world.deps, { actor: "ada", entity, service: "a", role: "READER", validFrom, validTo });
  const { id } = await assign(at(3), at(6));
  const refusals = [
    assign(at(9), at(8)), endOwnership(world.deps, { actor: "ada", id, validTo: at(2) }), correctAssignment(world.deps, { actor: "ada", id, validTo: at(2) }),
    correctAssignment(world.deps, { actor: "ada", id, validFrom: at(7) }),
  ];
  for (const refusal of await Promise.allSettled(refusals)) expect(refusal).toMatchObject({ status: "rejected", reason: { code: "BAD_USER_INPUT" } });
});
