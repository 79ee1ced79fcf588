import { compileListing } from "./compile-schema";

/** The core of OpenLineage 2-0-2, part by part, so that the faults of a part are few whatever the size of the event. */
const TEXT = { type: "string" } as const;
const FACETS = { type: "object" } as const;
const DATASETS = { type: "array" } as const;

/** Members beside those named are taken everywhere, as the specification says. */
const HEAD = {
  eventTime: TEXT,
  producer: { type: "string", nameOf: "producer" },
  schemaURL: TEXT,
};
const HEAD_REQUIRED = ["eventTime", "producer", "schemaURL"];

const JOB = {
  type: "object",
  properties: { namespace: { type: "string", nameOf: "job" }, name: { type: "string", nameOf: "job" }, facets: FACETS },
  required: ["namespace", "name"],
};

const DATASET = {
  type: "object",
  properties: { namespace: { type: "string", nameOf: "dataset" }, name: { type: "string", nameOf: "dataset" }, facets: FACETS },
  required: ["namespace", "name"],
};

export const checkRunEvent = compileListing({
  type: "object",
  properties: {
    ...HEAD,
    eventType: { type: "string", enum: ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"] },
    run: { type: "object", properties: { runId: { type: "string", nameOf: "run" }, facets: FACETS }, required: ["runId"] },
    job: JOB,
    inputs: DATASETS,
    outputs: DATASETS,
  },
  required: [...HEAD_REQUIRED, "run", "job"],
});

export const checkJobEvent = compileListing({
  type: "object",
  properties: { ...HEAD, job: JOB, inputs: DATASETS, outputs: DATASETS },
  required: [...HEAD_REQUIRED, "job"],
});

export const checkDatasetEvent = compileListing({
  type: "object",
  properties: { ...HEAD, dataset: DATASET },
  required: [...HEAD_REQUIRED, "dataset"],
});

/** What has none of the members that make it an event of some kind. */
export const checkHead = compileListing({ type: "object", properties: HEAD, required: HEAD_REQUIRED });

export const checkInput = compileListing({ ...DATASET, properties: { ...DATASET.properties, inputFacets: FACETS } });
export const checkOutput = compileListing({ ...DATASET, properties: { ...DATASET.properties, outputFacets: FACETS } });

// `_producer` and `_schemaURL` are required by the specification, and left out by clients of its own making (Hive).
const FACET = { type: "object", properties: { _producer: TEXT, _schemaURL: TEXT } };
export const checkFacet = compileListing(FACET);
/** Of datasets and jobs: these may be deleted. */
export const checkDeletableFacet = compileListing({ ...FACET, properties: { ...FACET.properties, _deleted: { type: "boolean" } } });
