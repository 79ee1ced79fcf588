import DataLoader from "dataloader";
import type { Page } from "../../platform/database/keyset";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Dataset, DatasetProofs, Entity, Field, FieldNotes, Properties, Service } from "../model";
import type { OwnershipAssignment } from "../ownership-model";
import { datasetUrn, parseDatasetUrn } from "../public-ids";
import { type DatasetPageKey, findDatasetProofs, findDatasetProperties, findDatasetsByName, findFieldNotes, findFields, listDatasetsOf } from "../storage/dataset-queries";
import { findEntities, findEntitiesOfDatasets } from "../storage/entity-queries";
import { findOtherNames } from "../storage/name-queries";
import { type AssignmentsKey, findAssignmentsOf, findSystemsOfRecord } from "../storage/ownership-queries";
import { findServices } from "../storage/service-queries";
import { isKey } from "../text-model";

/** A loader of what may not be there: one statement for all keys. */
const finding = <Key, Value>(find: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>): DataLoader<Key, Value | undefined> =>
  new DataLoader(async (keys) => {
    const found = await find(keys);
    return keys.map((key) => found.get(key));
  });

export const serviceLoader = ({ deps }: RequestContext): DataLoader<string, Service | undefined> =>
  finding((keys) => findServices(deps.db, keys.filter(isKey)));

export const entityLoader = ({ deps }: RequestContext): DataLoader<string, Entity | undefined> =>
  finding((keys) => findEntities(deps.db, keys.filter(isKey)));

/** By public id, in any of its spellings. */
export const datasetLoader = ({ deps }: RequestContext): DataLoader<string, Dataset | undefined> =>
  new DataLoader(async (ids) => {
    const names = ids.map(parseDatasetUrn);
    const found = await findDatasetsByName(deps.db, names.filter((name) => name !== undefined));
    return names.map((name) => name && found.get(datasetUrn(name)));
  });

/** A field and whose it is. */
export interface OwnedField extends Field {
  readonly dataset: number;
}

export const fieldsLoader = ({ deps }: RequestContext): DataLoader<number, OwnedField[]> =>
  new DataLoader(async (numbers) => {
    const found = await findFields(deps.db, numbers);
    return numbers.map((dataset) => (found.get(dataset) ?? []).map((field) => ({ ...field, dataset })));
  });

export const fieldNotesLoader = ({ deps }: RequestContext): DataLoader<number, Map<string, FieldNotes> | undefined> =>
  finding((numbers) => findFieldNotes(deps.db, numbers));

export const propertiesLoader = ({ deps }: RequestContext): DataLoader<number, Properties | undefined> =>
  finding((numbers) => findDatasetProperties(deps.db, numbers));

export const proofsLoader = ({ deps }: RequestContext): DataLoader<number, DatasetProofs | undefined> =>
  finding((numbers) => findDatasetProofs(deps.db, numbers));

export const otherNamesLoader = ({ deps }: RequestContext): DataLoader<number, string[] | undefined> =>
  finding((numbers) => findOtherNames(deps.db, numbers));

export const embodiedLoader = ({ deps }: RequestContext): DataLoader<number, Entity[] | undefined> =>
  finding((numbers) => findEntitiesOfDatasets(deps.db, numbers));

/** A loader of what is asked with arguments: equal questions are asked once. */
const asking = <Question, Answer>(
  answer: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  keyOf: (question: Question) => string,
): DataLoader<Question, Answer> => new DataLoader<Question, Answer, string>(answer, { cacheKeyFn: keyOf });

const instantsOf = ({ key, asOf, knownAt }: AssignmentsKey): string => `${key} ${asOf.getTime()} ${knownAt?.getTime() ?? ""}`;

export const systemOfRecordLoader = ({ deps }: RequestContext): DataLoader<AssignmentsKey, Service | null> =>
  asking((asked) => findSystemsOfRecord(deps.db, asked), instantsOf);

export const entityAssignmentsLoader = ({ deps }: RequestContext): DataLoader<AssignmentsKey, OwnershipAssignment[]> =>
  asking((asked) => findAssignmentsOf(deps.db, "entity", asked), instantsOf);

export const serviceAssignmentsLoader = ({ deps }: RequestContext): DataLoader<AssignmentsKey, OwnershipAssignment[]> =>
  asking((asked) => findAssignmentsOf(deps.db, "service", asked), instantsOf);

const pageOf = ({ key, first, after }: DatasetPageKey): string => `${key} ${first} ${after ?? ""}`;

export const entityDatasetsLoader = ({ deps }: RequestContext): DataLoader<DatasetPageKey, Page<Dataset>> =>
  asking((asked) => listDatasetsOf(deps.db, "entity", asked), pageOf);

export const serviceDatasetsLoader = ({ deps }: RequestContext): DataLoader<DatasetPageKey, Page<Dataset>> =>
  asking((asked) => listDatasetsOf(deps.db, "service", asked), pageOf);
