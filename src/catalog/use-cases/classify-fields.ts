import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { badInput, notFound } from "../../platform/errors";
import { isUnchanged } from "../change-model";
import { checkFields, type FieldInput, classifyField } from "../dataset-model";
import type { Dataset } from "../model";
import { datasetUrn, parseDatasetUrn } from "../public-ids";
import { findDatasetDefinitions, getDataset } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { lockDefinitions } from "../storage/definition-store";
import { goesBy } from "../storage/name-queries";
import { refusalOf } from "../text-model";
import { requireKnownCategories } from "./known-categories";
import { refreshFindings } from "./refresh-findings";

export interface ClassifyFields {
  readonly actor: string;
  /** `dataset:<namespace>:<name>` */
  readonly dataset: string;
  /** The fields to change, others stay; `categories` null makes one unclassified, [] declares it not personal. */
  readonly fields: readonly FieldInput[];
}

/**
 * Classifies fields that a dataset has, declared or merely observed. Refuses (BAD_USER_INPUT) faults of the input and unknown categories, (NOT_FOUND) an unknown dataset or field.
 * What changes nothing writes nothing. Writes: fields, datasets (whether it is personal), findings, one audit entry.
 */
export async function classifyFields(deps: Deps, { actor, dataset, fields }: ClassifyFields): Promise<Dataset> {
  const asked = parseDatasetUrn(dataset);
  if (asked === undefined) throw badInput("dataset: must be dataset:<namespace>:<name>, percent-encoded");
  const faults = checkFields(fields);
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const name = await goesBy(tx, asked);
    const id = datasetUrn(name);
    await requireKnownCategories(tx, fields);
    const known = (await findDatasetDefinitions(tx, [name])).get(id);
    if (known === undefined) throw notFound("dataset: not registered; register it first");
    const given = new Map(fields.map((field) => [field.name, field]));
    const names = new Set(known.fields.map((field) => field.name));
    const unknown = fields.findIndex((field) => !names.has(field.name));
    if (unknown >= 0) throw notFound(`fields[${unknown}].name: the dataset has no such field`);
    const classified = { ...known, fields: known.fields.map((field) => (given.has(field.name) ? classifyField(field, given.get(field.name)!) : field)) };
    if (!isUnchanged(known, classified)) {
      await writeDatasets(tx, [classified]);
      await refreshFindings(tx, { datasetNumbers: [known.number] });
      await appendAuditEntry(tx, { action: "catalog.classify-fields", actor, object: id, fields: fields.map((field) => field.name) });
    }
    return getDataset(tx, name);
  });
}
