import { type Claim, claimText, endingNow, type OwnershipAssignment, overlaps, rivalOf, sameClaim, validityFaults, validityText } from "./ownership-model";
import { assignmentId } from "./public-ids";
import type { AssignmentInput, Declared, TextError } from "./descriptors/descriptor-model";
import type { Change, Declaration } from "./definition-import-model";

/** What an import does to the assignments of the entities that it touches. */
export interface AssignmentPlan {
  /** New versions, to be recorded as they are given here. */
  readonly recorded: readonly OwnershipAssignment[];
  readonly kept: readonly { readonly id: string; readonly at: number }[];
  readonly changes: readonly Change[];
  readonly errors: readonly TextError[];
}

/** What is known when the plan is made. */
export interface AssignmentState {
  readonly now: Date;
  /** `line:column` of a place in the source's text. */
  readonly positionOf: (at: number) => string;
  readonly newId: () => string;
  /** The instant under which something is recorded of an entity. */
  readonly recordedAt: (entityKey: string) => Date;
  /** All current assignments of the entities that the source declares something of, or did. */
  readonly current: readonly OwnershipAssignment[];
  /** By public id. */
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/**
 * Compares the assignments that a source declares with those that stand. One that stands for the same service, role and entity is
 * corrected, keeping its id; others begin now unless they say when. What is no longer declared ends now. What would not be alone
 * where it must be is an error that names the other.
 */
export function planAssignments(declared: readonly Declared<AssignmentInput>[], source: string, state: AssignmentState): AssignmentPlan {
  const isOwn = ({ id }: OwnershipAssignment): boolean => state.declarations.get(assignmentId(id))?.source === source;
  const pairs = pair(declared, state, isOwn);
  const taken = new Set(pairs.flatMap(({ standing }) => standing?.id ?? []));
  const recorded: OwnershipAssignment[] = [];
  const changes: Change[] = [];
  const errors: TextError[] = [];

  const untouched = state.current.filter((assignment) => !taken.has(assignment.id));
  const others = untouched.map((assignment) => {
    if (!isOwn(assignment) || (assignment.validTo !== null && assignment.validTo <= state.now)) return assignment;
    const ended = { ...assignment, validTo: endingNow(assignment, state.now), recordedAt: state.recordedAt(assignment.entityKey) };
    recorded.push(ended);
    changes.push({ object: assignment.id, line: `- ${claimText(assignment)}` });
    return ended;
  });

  const kept: { id: string; at: number }[] = [];
  const placeOf = new Map<string, number>();
  for (const { declared: { input, at }, standing } of pairs) {
    const claim = claimOf(input, standing, state.now);
    const next: OwnershipAssignment =
      standing !== undefined && sameClaim(standing, claim)
        ? standing
        : { ...claim, id: standing?.id ?? state.newId(), recordedAt: state.recordedAt(claim.entityKey) };
    const faults = validityFaults(claim);
    const rival = rivalOf(next, others);
    if (faults.length > 0) errors.push({ at, text: `validTo ${faults[0]!.text}` });
    else if (rival !== undefined) {
      const [here, elsewhere] = [placeOf.get(rival.id), state.declarations.get(assignmentId(rival.id))];
      const by = here !== undefined ? `${source}:${state.positionOf(here)}` : elsewhere !== undefined ? `${elsewhere.source}:${elsewhere.position}` : "no source";
      errors.push({ at, text: `does not stand beside ${claimText(rival)}, declared by ${by}` });
    }
    if (next !== standing) {
      recorded.push(next);
      changes.push({ object: next.id, line: standing === undefined ? `+ ${claimText(next)}` : `~ ${claimText(standing)} → ${validityText(next)}` });
    }
    kept.push({ id: next.id, at });
    placeOf.set(next.id, at);
    others.push(next);
  }
  return { recorded, kept, changes, errors };
}

interface Pair {
  readonly declared: Declared<AssignmentInput>;
  /** The assignment that already says this, or nearly. */
  readonly standing: OwnershipAssignment | undefined;
}

/** Pairs each declared assignment with one that stands: first what is equal, then what can be corrected. Those of other sources are left alone. */
function pair(declared: readonly Declared<AssignmentInput>[], { current, declarations, now }: AssignmentState, isOwn: (assignment: OwnershipAssignment) => boolean): Pair[] {
  const free = new Map<string, OwnershipAssignment[]>();
  for (const assignment of current) {
    if (declarations.has(assignmentId(assignment.id)) && !isOwn(assignment)) continue;
    free.set(holderOf(assignment), [...(free.get(holderOf(assignment)) ?? []), assignment]);
  }
  const take = (input: AssignmentInput, fits: (assignment: OwnershipAssignment) => boolean): OwnershipAssignment | undefined => {
    const candidates = free.get(holderOf(input)) ?? [];
    const index = candidates.findIndex(fits);
    return index < 0 ? undefined : candidates.splice(index, 1)[0];
  };
  const equal = declared.map(({ input }) => take(input, (assignment) => sameClaim(assignment, claimOf(input, assignment, now))));
  return declared.map((item, index) => ({
    declared: item,
    standing:
      equal[index] ??
      take(item.input, (assignment) => {
        const isOver = assignment.validTo !== null && assignment.validTo <= now;
        return (!isOver || Boolean(item.input.validFrom)) && (isOwn(assignment) || overlaps(assignment, claimOf(item.input, assignment, now)));
      }),
  }));
}

const holderOf = ({ entityKey, serviceKey, role }: AssignmentInput | OwnershipAssignment): string => `${entityKey} ${serviceKey} ${role}`;

/** What is declared, in full: it began when the assignment that stands began, or now; without an end it goes on. */
const claimOf = ({ entityKey, serviceKey, role, validFrom, validTo }: AssignmentInput, standing: OwnershipAssignment | undefined, now: Date): Claim => ({
  entityKey, serviceKey, role, validFrom: validFrom ?? standing?.validFrom ?? now, validTo: validTo ?? null,
});
