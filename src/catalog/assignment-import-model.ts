import { type Change, type Declaration, declarerText } from "./definition-import-model";
import type { AssignmentInput, Declared } from "./descriptors/descriptor-model";
import type { TextError } from "./descriptors/places";
import { type Claim, claimText, endingNow, type OwnershipAssignment, overlaps, rivalOf, sameClaim, validityFaults, validityText } from "./ownership-model";
import { assignmentId } from "./public-ids";

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
  /** `path:line:column` of a place in the source. */
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
  const taken = new Set(pairs.flatMap(({ known }) => known?.id ?? []));
  const recorded: OwnershipAssignment[] = [];
  const changes: Change[] = [];
  const errors: TextError[] = [];

  /** As they will stand, by entity. */
  const standing = new Map<string, OwnershipAssignment[]>();
  const stand = (assignment: OwnershipAssignment): void => {
    const beside = standing.get(assignment.entityKey);
    if (beside === undefined) standing.set(assignment.entityKey, [assignment]);
    else beside.push(assignment);
  };

  for (const assignment of state.current.filter(({ id }) => !taken.has(id))) {
    if (!isOwn(assignment) || isOver(assignment, state.now)) stand(assignment);
    else {
      const ended = { ...assignment, validTo: endingNow(assignment, state.now), recordedAt: state.recordedAt(assignment.entityKey) };
      recorded.push(ended);
      changes.push({ object: assignment.id, line: `- ${claimText(assignment)}` });
      stand(ended);
    }
  }

  const kept: { id: string; at: number }[] = [];
  const placeOf = new Map<string, number>();
  for (const { declared: { input, at }, known } of pairs) {
    const claim = claimOf(input, known, state.now);
    const next: OwnershipAssignment =
      known !== undefined && sameClaim(known, claim) ? known : { ...claim, id: known?.id ?? state.newId(), recordedAt: state.recordedAt(claim.entityKey) };
    const faults = validityFaults(claim);
    const rival = rivalOf(next, standing.get(next.entityKey) ?? []);
    if (faults.length > 0) errors.push({ at, text: `validTo ${faults[0]!.text}` });
    else if (rival !== undefined) {
      const [here, elsewhere] = [placeOf.get(rival.id), state.declarations.get(assignmentId(rival.id))];
      const by = here !== undefined ? declarerText({ source, position: state.positionOf(here) }) : elsewhere !== undefined ? declarerText(elsewhere) : "no source";
      errors.push({ at, text: `does not stand beside ${claimText(rival)}, declared by ${by}` });
    }
    if (next !== known) {
      recorded.push(next);
      changes.push({ object: next.id, line: known === undefined ? `+ ${claimText(next)}` : `~ ${claimText(known)} → ${validityText(next)}` });
    }
    kept.push({ id: next.id, at });
    placeOf.set(next.id, at);
    stand(next);
  }
  return { recorded, kept, changes, errors };
}

interface Pair {
  readonly declared: Declared<AssignmentInput>;
  /** The assignment that already says this, or nearly. */
  readonly known: OwnershipAssignment | undefined;
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
    known:
      equal[index] ??
      take(item.input, (assignment) => {
        const mayGoOn = Boolean(item.input.validFrom) || !isOver(assignment, now);
        return mayGoOn && (isOwn(assignment) || overlaps(assignment, claimOf(item.input, assignment, now)));
      }),
  }));
}

const isOver = ({ validTo }: OwnershipAssignment, now: Date): boolean => validTo !== null && validTo <= now;

const holderOf = ({ entityKey, serviceKey, role }: AssignmentInput | OwnershipAssignment): string => `${entityKey} ${serviceKey} ${role}`;

/** What is declared, in full: it began when the assignment that stands began, or now; without an end it goes on. */
const claimOf = ({ entityKey, serviceKey, role, validFrom, validTo }: AssignmentInput, known: OwnershipAssignment | undefined, now: Date): Claim => ({
  entityKey, serviceKey, role, validFrom: validFrom ?? known?.validFrom ?? now, validTo: validTo ?? null,
});
