import { createHash } from "node:crypto";

/** OpenLineage events as a stranger's client would send them. */
export interface Name {
  readonly namespace: string;
  readonly name: string;
}

export type Facets = Readonly<Record<string, unknown>>;
export type Place = Name & { readonly facets?: Facets };
export type Event = Readonly<Record<string, unknown>>;

const PRODUCER = "https://brillenhaus.example/etl";
const SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs";
const FACET = { _producer: PRODUCER, _schemaURL: "https://openlineage.io/spec/facets/1-0-0/Facet.json" };

export interface Run {
  readonly job: string;
  /** Runs of one job that have the same name are one run. */
  readonly run?: string;
  readonly type?: "START" | "RUNNING" | "COMPLETE" | "FAIL" | "ABORT" | "OTHER";
  readonly at: string;
  readonly inputs?: readonly Place[];
  readonly outputs?: readonly Place[];
}

const jobOf = (name: string): Name => ({ namespace: "airflow", name });
export const jobIdOf = (name: string): string => `job:airflow:${name}`;

export const runEvent = ({ job, run = "first", type = "COMPLETE", at, inputs, outputs }: Run): Event => ({
  eventType: type, eventTime: at, producer: PRODUCER, schemaURL: `${SCHEMA}/RunEvent`,
  run: { runId: uuidOf(`${job} ${run}`) }, job: jobOf(job), inputs, outputs,
});

export const jobEvent = ({ job, at, inputs, outputs, facets }: Pick<Run, "job" | "at" | "inputs" | "outputs"> & { readonly facets?: Facets }): Event => ({
  eventTime: at, producer: PRODUCER, schemaURL: `${SCHEMA}/JobEvent`, job: { ...jobOf(job), facets }, inputs, outputs,
});

export const datasetEvent = (dataset: Place, at: string): Event => ({
  eventTime: at, producer: PRODUCER, schemaURL: `${SCHEMA}/DatasetEvent`, dataset,
});

export const withFacets = (place: Name, facets: Facets): Place => ({ ...place, facets });

/** Column lineage: target field → [source, field, masking] each. */
export const columnLineage = (fields: Readonly<Record<string, readonly (readonly [from: Name, field: string, masking?: boolean])[]>>): Facets => ({
  columnLineage: {
    ...FACET,
    fields: Object.fromEntries(
      Object.entries(fields).map(([to, sources]) => [
        to,
        {
          inputFields: sources.map(([{ namespace, name }, field, masking = false]) => ({
            namespace, name, field, transformations: [{ type: "DIRECT", subtype: masking ? "TRANSFORMATION" : "IDENTITY", masking }],
          })),
        },
      ]),
    ),
  },
});

export const deletedColumnLineage = (): Facets => ({ columnLineage: { ...FACET, _deleted: true } });

export const symlinks = (...names: Name[]): Facets => ({ symlinks: { ...FACET, identifiers: names.map((name) => ({ ...name, type: "LOCATION" })) } });

export const renamedFrom = (previousIdentifier: Name): Facets => ({
  lifecycleStateChange: { ...FACET, lifecycleStateChange: "RENAME", previousIdentifier },
});

export const lifecycle = (change: "DROP" | "TRUNCATE"): Facets => ({ lifecycleStateChange: { ...FACET, lifecycleStateChange: change } });

/** The explicit lineage facet of a dataset. */
export const explicitLineage = (...inputs: Name[]): Facets => ({ lineage: { ...FACET, inputs: inputs.map((input) => ({ ...input, type: "DATASET" })) } });

/** The same run has the same id in every test. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
