import type { Reader } from "../../platform/database/sql";
import type { Service } from "../model";
import type { OwnershipAssignment } from "../ownership-model";
import { SERVICE_COLUMNS } from "./service-queries";

/** An `OwnershipAssignment`, as every statement that reads assignments answers it. */
const ASSIGNMENT_COLUMNS = `a.id, a.entity_key as "entityKey", a.service_key as "serviceKey", a.role,
  a.valid_from as "validFrom", a.valid_to as "validTo", a.recorded_from as "recordedAt"`;

/** One side's assignments in force at `asOf`, as known at `knownAt`; without it, as known now. */
export interface AssignmentsKey {
  readonly key: string;
  readonly asOf: Date;
  readonly knownAt: Date | null;
}

/** That `a` was in force at the instants asked. What is known now is the open version, whatever the clocks of its writers said. */
export const AT_THE_INSTANTS = `a.valid_from <= asked.as_of and (a.valid_to is null or asked.as_of < a.valid_to)
  and case when asked.known_at is null then a.recorded_to is null
           else a.recorded_from <= asked.known_at and (a.recorded_to is null or asked.known_at < a.recorded_to) end`;

export const ASKED = "unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) with ordinality as asked (key, as_of, known_at, place)";

export const valuesOf = (asked: readonly AssignmentsKey[]): unknown[] => [
  asked.map(({ key }) => key),
  asked.map(({ asOf }) => asOf),
  asked.map(({ knownAt }) => knownAt),
];

/** The assignments of each entity or service asked for, in the order asked; the system of record first. */
export async function findAssignmentsOf(reader: Reader, side: "entity" | "service", asked: readonly AssignmentsKey[]): Promise<OwnershipAssignment[][]> {
  const rows = await reader.query<OwnershipAssignment & { place: string }>(
    side === "entity" ? "findAssignmentsOfEntities" : "findAssignmentsOfServices",
    `select asked.place, ${ASSIGNMENT_COLUMNS} from ${ASKED}
     join ownership_assignments a on a.${side}_key = asked.key and ${AT_THE_INSTANTS}
     order by asked.place, a.role <> 'SYSTEM_OF_RECORD', a.role, a.entity_key, a.service_key`,
    valuesOf(asked),
  );
  const found: OwnershipAssignment[][] = asked.map(() => []);
  for (const { place, ...assignment } of rows) found[Number(place) - 1]!.push(assignment);
  return found;
}

/** The system of record of each entity asked for, in the order asked; null where nobody was. */
export async function findSystemsOfRecord(reader: Reader, asked: readonly AssignmentsKey[]): Promise<(Service | null)[]> {
  const rows = await reader.query<Service & { place: string }>(
    "findSystemsOfRecord",
    `select asked.place, ${SERVICE_COLUMNS} from ${ASKED}
     join ownership_assignments a on a.entity_key = asked.key and a.role = 'SYSTEM_OF_RECORD' and ${AT_THE_INSTANTS}
     join services s on s.key = a.service_key`,
    valuesOf(asked),
  );
  const found: (Service | null)[] = asked.map(() => null);
  for (const { place, ...service } of rows) found[Number(place) - 1] = service;
  return found;
}

/** Assignments as they are known now, by id. */
export async function findAssignments(reader: Reader, ids: readonly string[]): Promise<Map<string, OwnershipAssignment>> {
  const rows = await reader.query<OwnershipAssignment>(
    "findAssignments",
    `select ${ASSIGNMENT_COLUMNS} from ownership_assignments a where a.id = any($1) and a.recorded_to is null`,
    [ids],
  );
  return new Map(rows.map((assignment) => [assignment.id, assignment]));
}

/** An assignment as it is known now. */
export async function findAssignment(reader: Reader, id: string): Promise<OwnershipAssignment | undefined> {
  const [assignment] = await reader.query<OwnershipAssignment>(
    "findAssignment",
    `select ${ASSIGNMENT_COLUMNS} from ownership_assignments a where a.id = $1 and a.recorded_to is null`,
    [id],
  );
  return assignment;
}

/** Every assignment of these entities as known now, whenever it is in force, in the order of valid time. */
export const findCurrentAssignments = (reader: Reader, entityKeys: readonly string[]): Promise<OwnershipAssignment[]> =>
  reader.query(
    "findCurrentAssignments",
    `select ${ASSIGNMENT_COLUMNS} from ownership_assignments a where a.entity_key = any($1) and a.recorded_to is null order by a.valid_from, a.id`,
    [entityKeys],
  );

/** The last instant at which anything was recorded of each entity; entities without assignments are left out. */
export async function findLastRecorded(reader: Reader, entityKeys: readonly string[]): Promise<Map<string, Date>> {
  const rows = await reader.query<{ entityKey: string; at: Date }>(
    "findLastRecorded",
    `select a.entity_key as "entityKey", max(greatest(a.recorded_from, a.recorded_to)) as at from ownership_assignments a
     where a.entity_key = any($1) group by a.entity_key`,
    [entityKeys],
  );
  return new Map(rows.map(({ entityKey, at }) => [entityKey, at]));
}

/** Keys of the entities towards which services hold, or will hold, a role as is known now. */
export async function findEntitiesOfServices(reader: Reader, serviceKeys: readonly string[]): Promise<string[]> {
  const rows = await reader.query<{ key: string }>(
    "findEntitiesOfServices",
    "select distinct a.entity_key as key from ownership_assignments a where a.service_key = any($1) and a.recorded_to is null order by 1",
    [serviceKeys],
  );
  return rows.map(({ key }) => key);
}

/** Keys of the entities to which assignments belong. */
export async function findEntitiesOfAssignments(reader: Reader, ids: readonly string[]): Promise<string[]> {
  const rows = await reader.query<{ key: string }>(
    "findEntitiesOfAssignments",
    "select distinct a.entity_key as key from ownership_assignments a where a.id = any($1)",
    [ids],
  );
  return rows.map(({ key }) => key);
}
