import { type AssignmentPlan, planAssignments } from "./assignment-import-model";
import { type DatasetDefinition, mergeDataset } from "./dataset-model";
import { type Change, type Declaration, type DefinitionPlan, planDefinitions } from "./definition-import-model";
import type { Descriptor } from "./descriptors/descriptor-model";
import type { TextError } from "./descriptors/places";
import { mergeEntity } from "./entity-model";
import type { Entity, Service, Team } from "./model";
import { type OwnershipAssignment, recordedInstant } from "./ownership-model";
import { datasetUrn, entityId, ruleId, serviceId, teamId } from "./public-ids";
import { type DeclaredRule, mergeRule } from "./rule-model";
import { mergeService } from "./service-model";
import { mergeTeam } from "./team-model";

/** What a source says, and how places in its text are named. */
export interface Import {
  readonly source: string;
  readonly descriptor: Descriptor;
  /** `path:line:column` */
  readonly positionOf: (at: number) => string;
}

/** A dataset's number is known once it has been written. */
export type ImportedDataset = DatasetDefinition & { readonly number?: number };

/** The part of the register that an import may touch or refers to; the maps are by public id. */
export interface ImportState {
  readonly now: Date;
  readonly teams: ReadonlyMap<string, Team>;
  readonly services: ReadonlyMap<string, Service>;
  readonly entities: ReadonlyMap<string, Entity>;
  readonly datasets: ReadonlyMap<string, ImportedDataset>;
  readonly rules: ReadonlyMap<string, DeclaredRule>;
  /** All current assignments of the entities of which the source declares, or declared, assignments. */
  readonly assignments: readonly OwnershipAssignment[];
  /** When something was last recorded, by the entity's key. */
  readonly lastRecorded: ReadonlyMap<string, Date>;
  /** Of all these, whatever the source. */
  readonly declarations: ReadonlyMap<string, Declaration>;
}

/** Everything that an import would change. */
export interface ImportPlan {
  readonly teams: DefinitionPlan<Team>;
  readonly services: DefinitionPlan<Service>;
  readonly entities: DefinitionPlan<Entity>;
  readonly datasets: DefinitionPlan<ImportedDataset>;
  readonly rules: DefinitionPlan<DeclaredRule>;
  readonly assignments: AssignmentPlan;
  readonly changes: readonly Change[];
  readonly errors: readonly TextError[];
}

const isRetired = ({ retiredAt }: { readonly retiredAt: Date | null }): boolean => retiredAt !== null;

/** Compares what a source says with the register. */
export function planImport({ source, descriptor, positionOf }: Import, state: ImportState, newId: () => string): ImportPlan {
  const { now, declarations } = state;
  const teams = planDefinitions(
    { idOf: ({ key }) => teamId(key), merge: mergeTeam, isRetired, retire: (team) => ({ ...team, retiredAt: now }) },
    descriptor.teams, state.teams, declarations, source,
  );
  const services = planDefinitions(
    { idOf: ({ key }) => serviceId(key), merge: mergeService, isRetired, retire: (service) => ({ ...service, retiredAt: now }) },
    descriptor.services, state.services, declarations, source,
  );
  const entities = planDefinitions(
    { idOf: ({ key }) => entityId(key), merge: mergeEntity, isRetired, retire: (entity) => ({ ...entity, retiredAt: now }) },
    descriptor.entities, state.entities, declarations, source,
  );
  const datasets = planDefinitions(
    { idOf: datasetUrn, merge: mergeDataset, isRetired, retire: (dataset): ImportedDataset => ({ ...dataset, retiredAt: now }) },
    descriptor.datasets, state.datasets, declarations, source,
  );
  const rules = planDefinitions(
    { idOf: ({ key }) => ruleId(key), merge: mergeRule, isRetired: () => false, retire: (rule) => rule },
    descriptor.rules, state.rules, declarations, source,
  );
  const assignments = planAssignments(descriptor.assignments, source, {
    now, positionOf, newId, declarations,
    current: state.assignments,
    recordedAt: (entityKey) => recordedInstant(now, state.lastRecorded.get(entityKey)),
  });

  // What another source has retired may still be referred to: it is a finding, and this source has changed nothing.
  const isThere = (id: string): boolean => {
    const isKnown = state.services.has(id) || state.entities.has(id);
    return descriptor.named.has(id) || (isKnown && !services.retired.has(id) && !entities.retired.has(id));
  };
  const dangling = descriptor.references.flatMap(({ id, at }): TextError[] =>
    isThere(id) ? [] : [{ at, text: `${id} is not declared here and not registered, or retired` }],
  );
  const plans = [teams, services, entities, datasets, assignments, rules];
  return {
    teams, services, entities, datasets, rules, assignments,
    changes: plans.flatMap(({ changes }) => changes),
    errors: [...plans.flatMap(({ errors }) => errors), ...dangling],
  };
}
