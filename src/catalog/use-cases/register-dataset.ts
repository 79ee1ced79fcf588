import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { notFound } from "../../platform/errors";
import { isUnchanged } from "../change-model";
import { checkDataset, type DatasetInput, mergeDataset } from "../dataset-model";
import type { Dataset } from "../model";
import { datasetUrn, entityId, entityKeyOf, normaliseNamespace, serviceId, serviceKeyOf } from "../public-ids";
import { findDatasetDefinitions, getDataset } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { lockDefinitions } from "../storage/definition-store";
import { findEntities } from "../storage/entity-queries";
import { goesBy } from "../storage/name-queries";
import { findServices } from "../storage/service-queries";
import { refusalOf } from "../text-model";
import { requireKnownCategories } from "./known-categories";
import { refreshFindings } from "./refresh-findings";

export interface RegisterDataset extends DatasetInput {
  readonly actor: string;
}

/**
 * Registers a dataset, or changes one, by any of its names: omitted members stay (those of its fields too), null takes one back to its default, a retired
 * dataset is brought back, one that was merely observed becomes declared.
 * Refuses (BAD_USER_INPUT) with every fault of the input, and unknown categories, (NOT_FOUND) a service or entity that is not registered.
 * Idempotent on namespace and name; what changes nothing writes nothing. Writes: datasets, dataset_entities, fields, findings, one audit entry.
 */
export async function registerDataset(deps: Deps, { actor, ...input }: RegisterDataset): Promise<Dataset> {
  const faults = checkDataset(input);
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const name = await goesBy(tx, { namespace: normaliseNamespace(input.namespace), name: input.name });
    const id = datasetUrn(name);
    await requireReferences(tx, input);
    await requireKnownCategories(tx, input.fields);
    const known = (await findDatasetDefinitions(tx, [name])).get(id);
    const dataset = mergeDataset(known, { ...input, ...name });
    if (known !== undefined && isUnchanged(known, dataset)) return getDataset(tx, name);
    const number = (await writeDatasets(tx, [dataset])).get(id)!;
    await refreshFindings(tx, { datasetNumbers: [number] });
    await appendAuditEntry(tx, { action: "catalog.register-dataset", actor, object: id });
    return getDataset(tx, name);
  });
}

async function requireReferences(tx: Tx, { service, entities }: DatasetInput): Promise<void> {
  const serviceKeys = service ? [serviceKeyOf(service)] : [];
  const entityKeys = (entities ?? []).map((id) => entityKeyOf(id));
  const [services, known] = [await findServices(tx, serviceKeys), await findEntities(tx, entityKeys)];
  const missing = [
    ...serviceKeys.filter((key) => services.get(key)?.retiredAt !== null).map(serviceId),
    ...entityKeys.filter((key) => known.get(key)?.retiredAt !== null).map(entityId),
  ];
  if (missing.length > 0) throw notFound(`${missing.join(", ")}: not registered, or retired; register it first`);
}
