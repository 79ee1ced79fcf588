import type { Reader } from "../../platform/database/sql";
import type { Declaration } from "../definition-import-model";
import type { Descriptor } from "../descriptors/descriptor-model";
import type { ImportState } from "../import-model";
import { assignmentId, entityId, normaliseNamespace, ruleId, serviceId, teamId } from "../public-ids";
import { findDatasetDefinitions } from "../storage/dataset-queries";
import { findDeclarationsByObject } from "../storage/declaration-store";
import { findEntities } from "../storage/entity-queries";
import { findCurrentAssignments, findEntitiesOfAssignments, findLastRecorded } from "../storage/ownership-queries";
import { findDeclaredRules } from "../storage/rule-queries";
import { findServices } from "../storage/service-queries";
import { findTeams } from "../storage/team-queries";

/**
 * Reads what an import may touch or refers to, with a fixed number of statements. `before` is what the source has declared until now;
 * `lock` is given the keys of the entities whose assignments are read, before they are.
 */
export async function readImportState(
  reader: Reader,
  { teams, services, entities, datasets, assignments, rules, references }: Descriptor,
  before: readonly Declaration[],
  lock: (entityKeys: readonly string[]) => Promise<unknown>,
): Promise<ImportState> {
  const keysIn = (kind: string, ids: readonly string[]): string[] => ids.flatMap((id) => (id.startsWith(kind) ? [id.slice(kind.length)] : []));
  const objects = before.map(({ object }) => object);
  const referred = [...objects, ...references.map(({ id }) => id)];
  const foundTeams = await findTeams(reader, distinct([...teams.map(({ input }) => input.key), ...keysIn("team:", objects)]));
  const foundServices = await findServices(reader, distinct([...services.map(({ input }) => input.key), ...keysIn("service:", referred)]));
  const foundEntities = await findEntities(reader, distinct([...entities.map(({ input }) => input.key), ...keysIn("entity:", referred)]));
  const names = datasets.map(({ input }) => ({ namespace: normaliseNamespace(input.namespace), name: input.name }));
  const foundDatasets = await findDatasetDefinitions(reader, names, keysIn("dataset:", objects).map(Number));
  const foundRules = await findDeclaredRules(reader, distinct([...rules.map(({ input }) => input.key), ...keysIn("rule:", objects)]));

  const entityKeys = distinct([...assignments.map(({ input }) => input.entityKey), ...(await findEntitiesOfAssignments(reader, keysIn("assignment:", objects)))]);
  await lock(entityKeys);
  const lastRecorded = await findLastRecorded(reader, entityKeys);
  const current = await findCurrentAssignments(reader, entityKeys);

  const idOfObject = new Map([
    ...[...foundTeams.keys()].map((key): [string, string] => [teamId(key), teamId(key)]),
    ...[...foundServices.values(), ...foundEntities.values()].map(({ id }): [string, string] => [id, id]),
    ...[...foundDatasets].map(([id, { number }]): [string, string] => [`dataset:${number}`, id]),
    ...[...foundRules.keys()].map((key): [string, string] => [ruleId(key), ruleId(key)]),
    ...current.map(({ id }): [string, string] => [assignmentId(id), assignmentId(id)]),
  ]);
  const declarations = await findDeclarationsByObject(reader, [...idOfObject.keys()]);
  return {
    now: reader.clock.now(),
    teams: new Map([...foundTeams].map(([key, team]) => [teamId(key), team])),
    services: new Map([...foundServices].map(([key, service]) => [serviceId(key), service])),
    entities: new Map([...foundEntities].map(([key, entity]) => [entityId(key), entity])),
    datasets: foundDatasets,
    rules: new Map([...foundRules].map(([key, rule]) => [ruleId(key), rule])),
    assignments: current,
    lastRecorded,
    declarations: new Map(declarations.map((declaration) => [idOfObject.get(declaration.object)!, declaration])),
  };
}

const distinct = (keys: readonly string[]): string[] => [...new Set(keys)];
