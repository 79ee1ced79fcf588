import { checkDataset, type DatasetInput } from "../dataset-model";
import type { Properties } from "../model";
import { datasetUrn } from "../public-ids";
import type { Fault } from "../text-model";
import { readCatalog } from "./dbt-catalog";
import { readManifest } from "./dbt-manifest";
import { type Column, completed, joinColumns, type Relation } from "./dbt-relation";
import { type Declared, type Descriptor, EMPTY_DESCRIPTOR } from "./descriptor-model";
import type { TextError } from "./places";
import { declaredOf } from "./items";
import type { YamlNode } from "./yaml-document";
import { isEmpty, openMapOf, placeOf, required, text } from "./yaml-shape";

const ARTIFACT = openMapOf({ metadata: required(openMapOf({ dbt_schema_version: required(text) })) });
const WANTED = "expected the schema of a manifest or catalog, such as https://schemas.getdbt.com/dbt/manifest/v12.json: no other artifact is read";

/** A table or view, as manifests describe it and as catalogs found it. */
interface Table {
  readonly described: Relation[];
  readonly found: Relation[];
}

/**
 * Reads dbt's manifests and catalogs, of one project or several: models, seeds, snapshots and sources are datasets `dbt://<project>` +
 * `database.schema.name`. All that is said of one table makes one dataset: a source may be another's seed, and a catalog's entry belongs to
 * the node of its id. What is said first holds, and what comes later fills in what it leaves open; but columns have the type and the order
 * that the catalog found.
 */
export function readDbtDescriptor(documents: readonly YamlNode[]): Descriptor {
  const errors: TextError[] = [];
  const described: Relation[] = [];
  const found: Relation[] = [];
  for (const document of documents.filter((node) => !isEmpty(node))) {
    const before = errors.length;
    const [, artifact] = /\/(manifest|catalog)\/v\d+/.exec(ARTIFACT(document, errors).metadata.dbt_schema_version) ?? [];
    if (artifact === "manifest") for (const relation of readManifest(document, errors)) described.push(relation);
    else if (artifact === "catalog") for (const relation of readCatalog(document, errors)) found.push(relation);
    else if (errors.length === before) errors.push({ at: placeOf(document, ["metadata", "dbt_schema_version"]), text: WANTED });
  }
  return { ...EMPTY_DESCRIPTOR, datasets: tablesOf(described, found).flatMap((table) => declare(table, errors)), errors };
}

function tablesOf(described: readonly Relation[], found: readonly Relation[]): Table[] {
  const tables = new Map<string, Table>();
  const tablesById = new Map<string, Map<string, Table>>();
  const tableAt = (urn: string): Table => {
    const table = tables.get(urn) ?? { described: [], found: [] };
    tables.set(urn, table);
    return table;
  };
  for (const relation of described) {
    const table = tableAt(datasetUrn(relation));
    table.described.push(relation);
    const alike = tablesById.get(relation.uniqueId) ?? new Map<string, Table>();
    tablesById.set(relation.uniqueId, alike.set(relation.name.toLowerCase(), table));
  }
  for (const relation of found) {
    const alike = tablesById.get(relation.uniqueId);
    // Databases tell names in their own case; and a manifest may have been made for another target than the catalog.
    const table = alike?.get(relation.name.toLowerCase()) ?? alike?.values().next().value ?? tableAt(datasetUrn(relation));
    table.found.push(relation);
  }
  return [...tables.values()];
}

function declare({ described, found }: Table, errors: TextError[]): Declared<DatasetInput>[] {
  const all = [...described, ...found];
  const { namespace, name, at } = all[0]!;
  const columns = joinColumns(columnsOf(found), columnsOf(described), (inDatabase, inManifest) => ({
    ...completed(inManifest, inDatabase),
    type: inDatabase.type ?? inManifest.type,
  }));
  const tests = [...new Set(all.flatMap((relation) => relation.tests))];
  const properties = Object.assign({}, ...all.map((relation) => relation.properties).reverse()) as Properties;
  const input: DatasetInput = {
    namespace,
    name,
    description: firstOf(all.map(({ description }) => description)),
    fields: columns.length > 0 ? columns.map((column) => column.input) : undefined,
    sensitivity: firstOf(all.map(({ sensitivity }) => sensitivity)),
    properties: tests.length > 0 ? { ...properties, tests } : properties,
  };
  const placeIn = ([member, index]: Fault["path"]): number => (member === "fields" && typeof index === "number" ? columns[index]!.at : at);
  return declaredOf({ input, at, placeOf: placeIn }, checkDataset(input), errors, all.flatMap(({ misread }) => misread));
}

const columnsOf = (relations: readonly Relation[]): readonly Column[] =>
  relations.reduce<readonly Column[]>((columns, relation) => joinColumns(columns, relation.columns, completed), []);

const firstOf = <Value>(values: readonly (Value | undefined)[]): Value | undefined => values.find((value) => value !== undefined);
