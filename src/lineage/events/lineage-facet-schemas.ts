import { DATASET_NAME, FIELD_NAME, FLAG, having, JOB_NAME, listOf, mapOf, TEXT } from "./facet-schema-parts";

const TRANSFORMATIONS = listOf(having({ type: TEXT, subtype: TEXT, description: TEXT, masking: FLAG }, ["type"]));

/** A job may be meant without its name: the event's own. */
const NAME_WHOLE_OR_NOT_AT_ALL = { dependentRequired: { namespace: ["name"], name: ["namespace"] } };

/** What DATASET and JOB ask for is told apart first, so that a fault is found where it is. */
const byType = (dataset: object, job: object): ReturnType<typeof having> =>
  having({ type: { type: "string", enum: ["DATASET", "JOB"] } }, ["type"], {
    if: { type: "object", properties: { type: { const: "DATASET" } }, required: ["type"] },
    then: dataset,
    else: job,
  });

const INPUT = byType(
  having({ namespace: DATASET_NAME, name: DATASET_NAME, field: FIELD_NAME, transformations: TRANSFORMATIONS }, ["namespace", "name"]),
  having({ namespace: JOB_NAME, name: JOB_NAME, runId: TEXT, transformations: TRANSFORMATIONS }, [], NAME_WHOLE_OR_NOT_AT_ALL),
);
const INPUTS = listOf(INPUT);
const FIELDS = mapOf(having({ inputs: INPUTS }, ["inputs"]));

/** The explicit lineage facet of a dataset: what flows into it. */
export const DATASET_LINEAGE = having({ inputs: INPUTS, fields: FIELDS });

const ENTRY = byType(
  having({ namespace: DATASET_NAME, name: DATASET_NAME, inputs: INPUTS, fields: FIELDS }, ["namespace", "name"]),
  having({ namespace: JOB_NAME, name: JOB_NAME, runId: TEXT, inputs: INPUTS }, [], NAME_WHOLE_OR_NOT_AT_ALL),
);

/** That of a job: what flows into each of the entries. */
export const JOB_LINEAGE = having({ entries: listOf(ENTRY) }, ["entries"]);
