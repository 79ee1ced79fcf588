import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import type { DatasetDefinition } from "../dataset-model";
import type { DescriptorFormat } from "../descriptors/descriptor-model";
import { type Register, writeNativeDescriptor } from "../descriptors/native-writer";
import { writeOdcsDescriptor } from "../descriptors/odcs-writer";
import { findDatasetDefinitions } from "../storage/dataset-queries";
import { findEntities } from "../storage/entity-queries";
import { type ExportedObjects, findExportedObjects } from "../storage/export-queries";
import { findAssignments } from "../storage/ownership-queries";
import { findDeclaredRules } from "../storage/rule-queries";
import { findServices } from "../storage/service-queries";
import { findTeams } from "../storage/team-queries";
import { check, exactNameFault, refusalOf } from "../text-model";

export interface ExportDescriptors {
  readonly format: DescriptorFormat;
  /** Whose declarations; null: everything in use. */
  readonly source: string | null;
}

/** A text of one format; the file that it would stand in. */
export interface ExportedFile {
  readonly path: string;
  readonly document: string;
}

const DATASETS_IN_A_FILE = 5000;

type WriteDescriptor = (register: Register) => string;
const WRITERS: Partial<Record<DescriptorFormat, WriteDescriptor>> = { CADASTRE: writeNativeDescriptor, ODCS: writeOdcsDescriptor };

/**
 * Writes out what a source declares, or everything in use, so that an import of it under the same source changes nothing.
 * The first file has all but the datasets, each further one at most 5,000 of these. Refuses (BAD_USER_INPUT) a source that is no name and a format that is not written.
 */
export async function* exportDescriptors({ db }: Deps, { format, source }: ExportDescriptors): AsyncGenerator<ExportedFile> {
  const faults = check(["source"], source, exactNameFault);
  if (faults.length > 0) throw refusalOf(faults);
  const write = WRITERS[format];
  if (write === undefined) throw badInput(`format: one of ${Object.keys(WRITERS).join(", ")} is written`);
  const objects = await findExportedObjects(db, source);
  const first = write(await readRegister(db, { ...objects, datasets: [] }));
  if (first !== "") yield { path: "register.yaml", document: first };
  for (let start = 0; start < objects.datasets.length; start += DATASETS_IN_A_FILE) {
    const datasets = await readDatasets(db, objects.datasets.slice(start, start + DATASETS_IN_A_FILE));
    yield { path: `datasets-${start / DATASETS_IN_A_FILE + 1}.yaml`, document: write({ ...NOTHING, datasets }) };
  }
}

const NOTHING: Register = { teams: [], services: [], entities: [], datasets: [], assignments: [], rules: [] };

const inOrder = <Key, Value>(keys: readonly Key[], found: ReadonlyMap<Key, Value>): Value[] => keys.flatMap((key) => found.get(key) ?? []);

async function readRegister(db: Deps["db"], { teams, services, entities, assignments, rules }: ExportedObjects): Promise<Register> {
  return {
    ...NOTHING,
    teams: inOrder(teams, await findTeams(db, teams)),
    services: inOrder(services, await findServices(db, services)),
    entities: inOrder(entities, await findEntities(db, entities)),
    assignments: inOrder(assignments, await findAssignments(db, assignments)),
    rules: inOrder(rules, await findDeclaredRules(db, rules)),
  };
}

/** Without what nobody has declared of them. */
async function readDatasets(db: Deps["db"], numbers: readonly number[]): Promise<DatasetDefinition[]> {
  const found = [...(await findDatasetDefinitions(db, [], numbers)).values()];
  const byNumber = new Map(found.map(({ fields, ...dataset }) => [dataset.number, { ...dataset, fields: fields.filter(({ observed }) => !observed) }]));
  return inOrder(numbers, byNumber);
}
