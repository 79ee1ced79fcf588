import { appendAuditEntries } from "../../audit";
import type { Reader, Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { notFound, preconditionFailed } from "../../platform/errors";
import { checkClassification, type ClassificationInput, classificationText } from "../classification-model";
import { classifyField } from "../dataset-model";
import { distinct } from "../entity-model";
import { datasetUrn, fieldId, normaliseNamespace, serviceKeyOf } from "../public-ids";
import { findDatasetDefinitions } from "../storage/dataset-queries";
import { writeDatasets } from "../storage/dataset-store";
import { lockDefinitions } from "../storage/definition-store";
import { findMatchingFields, type MatchingDataset } from "../storage/field-queries";
import { findServices } from "../storage/service-queries";
import { refusalOf } from "../text-model";
import { requireKnownCategories } from "./known-categories";
import { refreshFindings } from "./refresh-findings";

export interface ClassifyByPattern extends ClassificationInput {
  readonly actor: string;
  /** Only says what would change. */
  readonly dryRun: boolean;
}

export interface ClassificationReport {
  readonly fields: number;
  readonly datasets: number;
  /** A line a field, for people; the first of them. */
  readonly changes: readonly string[];
}

const MAX_DATASETS = 10_000;
const MAX_LINES = 1000;
const DATASETS_AT_ONCE = 1000;

/**
 * Classifies every field that matches, in all datasets in use, or tells which ones that would be.
 * Refuses (BAD_USER_INPUT) with every fault of the input, and unknown categories, (NOT_FOUND) an unknown service, (PRECONDITION_FAILED) more than 10,000 datasets. All or nothing; a field that is
 * classified so already is no change. Writes: fields, datasets (whether they are personal), findings, one audit entry for each dataset.
 */
export async function classifyByPattern(deps: Deps, { actor, dryRun, ...input }: ClassifyByPattern): Promise<ClassificationReport> {
  const faults = checkClassification(input);
  if (faults.length > 0) throw refusalOf(faults);
  const categories = distinct(input.categories);
  if (dryRun) return reportOf(await findMatches(deps.db, input, categories), categories);
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const matches = await findMatches(tx, input, categories);
    for (let start = 0; start < matches.length; start += DATASETS_AT_ONCE) {
      await classify(tx, matches.slice(start, start + DATASETS_AT_ONCE), categories, actor);
    }
    await refreshFindings(tx, { datasetNumbers: matches.map(({ number }) => number) });
    return reportOf(matches, categories);
  });
}

async function findMatches(reader: Reader, input: ClassificationInput, categories: readonly string[]): Promise<MatchingDataset[]> {
  const { fieldPattern, typePattern = null, namespacePrefix, namePrefix = null, service, onlyUnclassified } = input;
  if (service && !(await findServices(reader, [serviceKeyOf(service)])).has(serviceKeyOf(service))) throw notFound("service: there is no such service");
  await requireKnownCategories(reader, [{ categories }]);
  const filter = {
    fieldPattern, typePattern, namePrefix, onlyUnclassified,
    namespacePrefix: namespacePrefix ? normaliseNamespace(namespacePrefix) : null,
    serviceKey: service ? serviceKeyOf(service) : null,
  };
  const matches = await findMatchingFields(reader, filter, categories, MAX_DATASETS + 1);
  if (matches.length > MAX_DATASETS) throw preconditionFailed(`more than ${MAX_DATASETS} datasets have fields that match; narrow it by namespace, name or service`);
  return matches;
}

async function classify(tx: Tx, matches: readonly MatchingDataset[], categories: readonly string[], actor: string): Promise<void> {
  const definitions = await findDatasetDefinitions(tx, [], matches.map(({ number }) => number));
  const classified = matches.map((match) => {
    const known = definitions.get(datasetUrn(match))!;
    const names = new Set(match.fields.map(({ name }) => name));
    return { ...known, fields: known.fields.map((field) => (names.has(field.name) ? classifyField(field, { name: field.name, categories }) : field)) };
  });
  await writeDatasets(tx, classified);
  await appendAuditEntries(
    tx,
    matches.map((match) => ({ action: "catalog.classify-by-pattern", actor, object: datasetUrn(match), fields: match.fields.map(({ name }) => name) })),
  );
}

function reportOf(matches: readonly MatchingDataset[], categories: readonly string[]): ClassificationReport {
  const becomes = classificationText(categories);
  const changes: string[] = [];
  for (const match of matches) {
    const id = datasetUrn(match);
    for (const field of match.fields) {
      if (changes.length < MAX_LINES) changes.push(`${fieldId(id, field.name)}: ${classificationText(field.categories)} → ${becomes}`);
    }
  }
  return { fields: matches.reduce((sum, { fields }) => sum + fields.length, 0), datasets: matches.length, changes };
}
