import fc from "fast-check";
import { OWNERSHIP_ROLES, type OwnershipRole } from "../../src/catalog/ownership-model";
import { findAssignmentsOf, findSystemsOfRecord } from "../../src/catalog/storage/ownership-queries";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
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

/** What somebody does, with days for instants; `which` picks one of the assignments made so far. */
type Step = { readonly clock: number } & (
  | { readonly kind: "assign"; readonly service: string; readonly role: OwnershipRole; readonly from: number; readonly to: number | null }
  | { readonly kind: "end"; readonly which: number; readonly to: number | null }
  | { readonly kind: "correct"; readonly which: number; readonly service?: string; readonly from?: number; readonly to?: number | null }
);

const day = fc.integer({ min: 0, max: 10 });
const service = fc.constantFrom(...SERVICES);
const role = fc.oneof({ weight: 4, arbitrary: fc.constant<OwnershipRole>("SYSTEM_OF_RECORD") }, { weight: 1, arbitrary: fc.constantFrom(...OWNERSHIP_ROLES) });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("assign" as const), clock: day, service, role, from: day, to: fc.option(day) }),
  fc.record({ kind: fc.constant("end" as const), clock: day, which: fc.nat(9), to: fc.option(day) }),
  fc.record(
    { kind: fc.constant("correct" as const), clock: day, which: fc.nat(9), service, from: day, to: fc.option(day) },
    { requiredKeys: ["kind", "clock", "which"] },
  ),
);

interface Held {
  readonly service: string;
  readonly role: OwnershipRole;
  readonly from: number;
  /** Infinity: open. */
  readonly to: number;
}

/** The register as a list of pictures: what was held, after each change, and when that was recorded. */
class Model {
  private readonly pictures: { readonly recorded: number; readonly held: ReadonlyMap<number, Held> }[] = [{ recorded: -Infinity, held: new Map() }];
  private made = 0;

  /** Answers the code of the refusal, "same" where nothing changes, "new" or "changed" otherwise. */
  take(step: Step): string {
    const now = this.pictures.at(-1)!;
    if (step.kind === "assign") {
      const claim = { service: step.service, role: step.role, from: step.from, to: step.to ?? Infinity };
      if (claim.to <= claim.from) return "BAD_USER_INPUT";
      const covered = [...now.held.values()].some((held) => held.service === claim.service && held.role === claim.role && held.from <= claim.from && claim.to <= held.to);
      if (covered) return "same";
      return this.record(step.clock, this.made, claim, "new");
    }
    const id = step.which;
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

/** Does the same to the register; answers as the model does. */
async function take(step: Step, entity: string, ids: string[]): Promise<string> {
  const { deps, clock } = world;
  clock.set(at(step.clock));
  const [{ count: before }] = await deps.db.query<{ count: string }>("testCountVersions", "select count(*) from ownership_assignments") as [{ count: string }];
  const instant = (given: number | null | undefined): Date | null | undefined => (typeof given === "number" ? at(given) : given);
  try {
    if (step.kind === "assign") {
      const made = await assignOwnership(deps, { actor: "ada", entity, service: step.service, role: step.role, validFrom: at(step.from), validTo: instant(step.to) });
      if (!ids.includes(made.id)) {
        ids.push(made.id);
        return "new";
      }
    } else {
      const id = ids[step.which] ?? "none";
      if (step.kind === "end") await endOwnership(deps, { actor: "ada", id, validTo: instant(step.to) });
      else await correctAssignment(deps, { actor: "ada", id, service: step.service, validFrom: instant(step.from), validTo: instant(step.to) });
    }
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal.code;
    throw refusal;
  }
  const [{ count: after }] = await deps.db.query<{ count: string }>("testCountVersions", "select count(*) from ownership_assignments") as [{ count: string }];
  return after === before ? "same" : "changed";
}

let entities = 0;

test("any history of assignments, ends and corrections, by clocks that jump, is answered as a list of pictures would", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const entity = `entity-${(entities += 1)}`;
      await registerEntity(world.deps, { actor: "ada", key: entity, name: entity });
      const model = new Model();
      const ids: string[] = [];
      for (const step of steps) expect([step, await take(step, entity, ids)]).toEqual([step, model.take(step)]);

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
    { numRuns: 60 },
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
