import { randomUUID } from "node:crypto";

/** Jobs that run again and again, and how many of a hundred events are of a job that nobody has seen. */
const JOBS = 2_000;
const NEW_OF_100 = 1;
const COLUMNS = 7;
const NAMESPACE = "postgres://warehouse.example:5432";
const PRODUCER = "https://github.com/OpenLineage/OpenLineage/tree/1.40.0/integration/airflow";

const facet = (name: string): object => ({ _producer: PRODUCER, _schemaURL: `https://openlineage.io/spec/facets/1-0-0/${name}.json` });
const schema = (of: string): object => ({
  schema: { ...facet("SchemaDatasetFacet"), fields: Array.from({ length: COLUMNS }, (_, at) => ({ name: `${of}_column_${at}`, type: at % 2 === 0 ? "VARCHAR" : "INTEGER" })) },
});

/**
 * The text of a completed run, about 2 kB: a table with its schema read, another written. Most are further runs of known jobs; `number` tells
 * the others apart.
 */
export function runText(number: number): string {
  const job = number % 100 < NEW_OF_100 ? `new_${number}` : `job_${number % JOBS}`;
  return JSON.stringify({
    eventType: "COMPLETE", eventTime: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(), producer: PRODUCER,
    schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    run: { runId: randomUUID(), facets: { processing_engine: { ...facet("ProcessingEngineRunFacet"), version: "2.10.4", name: "Airflow", openlineageAdapterVersion: "1.40.0" } } },
    job: { namespace: "airflow", name: job, facets: { jobType: { ...facet("JobTypeJobFacet"), processingType: "BATCH", integration: "AIRFLOW", jobType: "TASK" } } },
    inputs: [{ namespace: NAMESPACE, name: `staging.${job}`, facets: schema("in") }],
    outputs: [{ namespace: NAMESPACE, name: `marts.${job}`, facets: schema("out") }],
  });
}

/** A job that nobody has seen writes from one table into one that nobody has seen. */
export function edgeText(hub: string, leaf: string): string {
  const { run, ...event } = JSON.parse(runText(0)) as { run: object };
  return JSON.stringify({
    ...event, run, job: { namespace: "airflow", name: `to ${leaf}` }, inputs: [{ namespace: NAMESPACE, name: hub }], outputs: [{ namespace: NAMESPACE, name: leaf }],
  });
}

export const idOfTable = (name: string): string => `dataset:${encodeURIComponent(NAMESPACE)}:${name}`;
