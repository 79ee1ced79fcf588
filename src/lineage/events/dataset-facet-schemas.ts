import { DATASET_NAME, FIELD_NAME, FLAG, having, listOf, mapOf, NUMBER, TEXT, WHOLE } from "./facet-schema-parts";
import { DATASET_LINEAGE } from "./lineage-facet-schemas";
import { OWNERSHIP, tagsWith } from "./shared-facet-schemas";

const FIELDS = { $ref: "#/$defs/fields" };
const SCHEMA = having({ fields: FIELDS }, [], {
  $defs: {
    fields: listOf(having({ name: FIELD_NAME, type: TEXT, description: TEXT, ordinal_position: WHOLE, fields: FIELDS }, ["name"])),
  },
});

const TRANSFORMATION = having({ type: TEXT, subtype: TEXT, description: TEXT, masking: FLAG }, ["type"]);
const INPUT_FIELD = having(
  { namespace: DATASET_NAME, name: DATASET_NAME, field: FIELD_NAME, transformations: listOf(TRANSFORMATION) },
  ["namespace", "name", "field"],
);
/** 1-0-0 to 1-2-0: the two transformation members of a field are deprecated. */
const COLUMN_LINEAGE = having(
  {
    fields: mapOf(having({ inputFields: listOf(INPUT_FIELD), transformationDescription: TEXT, transformationType: TEXT }, ["inputFields"])),
    dataset: listOf(INPUT_FIELD),
  },
  ["fields"],
);

const COLUMN_METRICS = having({
  nullCount: WHOLE, distinctCount: WHOLE, sum: NUMBER, count: NUMBER, min: NUMBER, max: NUMBER, quantiles: mapOf(NUMBER),
});
export const QUALITY_METRICS = having(
  { rowCount: WHOLE, bytes: WHOLE, fileCount: WHOLE, lastUpdated: TEXT, columnMetrics: mapOf(COLUMN_METRICS) },
  ["columnMetrics"],
);
export const QUALITY_ASSERTIONS = having(
  {
    assertions: listOf(
      having(
        {
          assertion: TEXT, success: FLAG, column: TEXT, severity: TEXT, name: TEXT, description: TEXT,
          expected: TEXT, actual: TEXT, content: TEXT, contentType: TEXT, params: having({}),
        },
        ["assertion", "success"],
      ),
    ),
  },
  ["assertions"],
);

const CHANGES = ["ALTER", "CREATE", "DROP", "OVERWRITE", "RENAME", "TRUNCATE"];

/** Of a dataset itself, wherever in an event it stands. */
export const DATASET_FACETS = {
  schema: SCHEMA,
  columnLineage: COLUMN_LINEAGE,
  lineage: DATASET_LINEAGE,
  symlinks: having({ identifiers: listOf(having({ namespace: DATASET_NAME, name: DATASET_NAME, type: TEXT }, ["namespace", "name", "type"])) }),
  lifecycleStateChange: having(
    {
      lifecycleStateChange: { type: "string", enum: CHANGES },
      previousIdentifier: having({ namespace: DATASET_NAME, name: DATASET_NAME }, ["name", "namespace"]),
    },
    ["lifecycleStateChange"],
  ),
  ownership: OWNERSHIP,
  tags: tagsWith({ field: TEXT }),
  documentation: having({ description: TEXT, contentType: TEXT }, ["description"]),
  dataSource: having({ name: TEXT, uri: TEXT }),
  version: having({ datasetVersion: TEXT }, ["datasetVersion"]),
  storage: having({ storageLayer: TEXT, fileFormat: TEXT }, ["storageLayer"]),
  datasetType: having({ datasetType: TEXT, subType: TEXT }, ["datasetType"]),
  hierarchy: having({ hierarchy: listOf(having({ type: TEXT, name: TEXT }, ["type", "name"])) }, ["hierarchy"]),
  catalog: having(
    { framework: TEXT, type: TEXT, name: TEXT, metadataUri: TEXT, warehouseUri: TEXT, source: TEXT, catalogProperties: mapOf(TEXT) },
    ["framework", "type", "name"],
  ),
  dataQualityMetrics: QUALITY_METRICS,
  dataQualityAssertions: QUALITY_ASSERTIONS,
};
