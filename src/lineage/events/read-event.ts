import type { EventDataset, EventRun, LineageEvent } from "../event-model";
import type { Named } from "../model";
import { checkDatasetEvent, checkHead, checkInput, checkJobEvent, checkOutput, checkRunEvent } from "./core-schema";
import { readInstant } from "./event-time";
import { type Facet, FacetReader } from "./facet-reader";
import { type Fault, pathTo, type Warning } from "./fault-model";
import { type DatasetRole, readDataset, type SentDataset } from "./read-dataset";
import { readJobLineage } from "./read-explicit-lineage";
import { named, Statements } from "./statement";

/** Listed at most; nobody mends more at once. */
const MOST_FAULTS = 100;

/** An event as its core's schema has let it through. */
interface SentEvent {
  readonly eventTime: string;
  readonly eventType?: NonNullable<EventRun["type"]>;
  readonly producer: string;
  readonly job?: Named & { readonly facets?: unknown };
  readonly run?: { readonly runId: string; readonly facets?: unknown };
  readonly dataset?: SentDataset;
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly unknown[];
}

export interface ReadableEvent {
  readonly event: LineageEvent;
  readonly warnings: readonly Warning[];
}

interface Refused {
  readonly faults: readonly Fault[];
}

export type ReadEvent = (ReadableEvent & { readonly faults?: undefined }) | Refused;

const KINDS = { RUN: checkRunEvent, JOB: checkJobEvent, DATASET: checkDatasetEvent };

/**
 * Reads a parsed JSON value as an OpenLineage event; which kind it is follows from its members. Refuses what breaks the core of the
 * specification, names that cannot be stored and a time that is none, with the first 100 faults. Known facets that are broken are set aside
 * with a warning each; strict: they are faults too. May mend texts in the value given, which is used on.
 */
export function readEvent(value: unknown, strict: boolean): ReadEvent {
  const kind = kindOf(value);
  if (typeof kind !== "string") return kind;
  const faults = KINDS[kind](value, "$");
  const { eventTime } = value as SentEvent;
  const at = typeof eventTime === "string" ? readInstant(eventTime) : undefined;
  if (at === undefined && typeof eventTime === "string") {
    faults.push({ path: "$.eventTime", message: "is no instant of the years 1900 to 3000, such as 2026-03-02T09:00:00.123Z" });
  }
  if (at === undefined || faults.length > 0) return refused(faults);

  const reader = new FacetReader();
  const event = readParts(value as SentEvent, kind, at, reader);
  const all = strict ? [...reader.faults, ...reader.warnings.map(({ path, message }) => ({ path, message }))] : reader.faults;
  return all.length > 0 ? refused(all) : { event, warnings: reader.warnings };
}

const refused = (faults: readonly Fault[]): Refused => ({ faults: faults.slice(0, MOST_FAULTS) });

function kindOf(value: unknown): LineageEvent["kind"] | Refused {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refused([{ path: "$", message: "must be object" }]);
  const has = (member: string): boolean => Object.hasOwn(value, member);
  if (has("job")) {
    if (has("run")) return "RUN";
    return has("dataset") ? refused([{ path: "$", message: "is an event of a job or of a dataset: leave out one of them, or add its run" }]) : "JOB";
  }
  if (has("dataset")) return "DATASET";
  const message = has("run") ? "is missing" : "is missing, as are run and dataset: an event is of a run and its job, of a job, or of a dataset";
  return refused([...checkHead(value, "$"), { path: "$.job", message }]);
}

function readParts(sent: SentEvent, kind: LineageEvent["kind"], at: Date, reader: FacetReader): LineageEvent {
  const statements = new Statements();
  const job = kind === "DATASET" ? null : named(sent.job as Named);
  const read = (list: readonly unknown[] | undefined, role: DatasetRole, path: string): EventDataset[] | null =>
    list?.flatMap((item, index) => readListed(item, role, job, reader, statements, pathTo(path, index))) ?? null;

  const inputs = job === null ? null : read(sent.inputs, "INPUT", "$.inputs");
  const outputs = job === null ? null : read(sent.outputs, "OUTPUT", "$.outputs");
  const dataset = kind === "DATASET" ? readDataset(sent.dataset as SentDataset, "ITSELF", null, reader, statements, "$.dataset") : null;
  const jobFacets = reader.read(sent.job?.facets, "JOB", "$.job.facets");
  if (job !== null && jobFacets.lineage !== undefined) readJobLineage(jobFacets.lineage as Facet, job, outputs ?? [], statements);
  return {
    kind,
    at,
    producer: sent.producer,
    job: job && { ...job, facets: jobFacets },
    run: kind === "RUN" ? runOf(sent, reader) : null,
    inputs,
    outputs,
    dataset,
    stated: statements.stated(),
  };
}

function runOf({ run, eventType }: SentEvent, reader: FacetReader): EventRun {
  return { id: run?.runId as string, type: eventType ?? null, facets: reader.read(run?.facets, "RUN", "$.run.facets") };
}

/** The dataset, or none where it breaks the core: its faults then refuse the event. */
function readListed(item: unknown, role: DatasetRole, job: Named | null, reader: FacetReader, statements: Statements, at: string): EventDataset[] {
  const faults = (role === "INPUT" ? checkInput : checkOutput)(item, at);
  reader.faults.push(...faults);
  return faults.length > 0 ? [] : [readDataset(item as SentDataset, role, job, reader, statements, at)];
}
