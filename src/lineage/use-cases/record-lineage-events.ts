import { appendAuditEntries } from "../../audit";
import { datasetUrn } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { Refusal } from "../../platform/errors";
import type { LineageEvent } from "../event-model";
import type { Fault, Warning } from "../events/fault-model";
import { parseJson } from "../events/parse-json";
import { type ReadableEvent, readEvent } from "../events/read-event";
import { jobUrn } from "../job-urn";
import { recordEventGroup } from "./record-event-group";

export interface RecordLineageEvents {
  readonly actor: string;
  /** OpenLineage JSON texts. */
  readonly events: readonly string[];
  /** Refuse events with a broken known facet, instead of setting the facet aside. */
  readonly strict: boolean;
}

export interface LineageIngestReport {
  readonly received: number;
  readonly successful: number;
  readonly failed: number;
  readonly failures: readonly FailedEvent[];
  readonly warnings: readonly IndexedWarning[];
}

export interface FailedEvent {
  /** Place in what was sent, from 0. */
  readonly index: number;
  readonly reason: string;
  readonly retriable: boolean;
  readonly faults: readonly Fault[];
}

export interface IndexedWarning extends Warning {
  readonly index: number;
}

interface Indexed extends ReadableEvent {
  readonly index: number;
}

const GROUP_SIZE = 500;

/**
 * Takes OpenLineage events, each by itself: those that are broken fail, the others are recorded, hundreds in a transaction.
 * Fails (INTERNAL) where none could be taken and some for no fault of theirs.
 * Writes what `recordEvents` writes, counts of facets set aside, and one audit entry for each accepted event. May be repeated.
 */
export async function recordLineageEvents(deps: Deps, { actor, events, strict }: RecordLineageEvents): Promise<LineageIngestReport> {
  const failures: FailedEvent[] = [];
  const warnings: IndexedWarning[] = [];
  const readable: Indexed[] = [];
  for (const [index, text] of events.entries()) {
    const parsed = parseJson(text);
    const read = "faults" in parsed ? parsed : readEvent(parsed.value, strict);
    if (read.faults !== undefined) failures.push({ index, reason: "the event is broken", retriable: false, faults: read.faults });
    else readable.push({ index, ...read });
  }
  for (let start = 0; start < readable.length; start += GROUP_SIZE) {
    const group = readable.slice(start, start + GROUP_SIZE);
    const verdicts = await recordEventGroup(deps, group, (tx, taken) => appendAuditEntries(tx, taken.map(({ event }) => entryOf(event, actor))));
    for (const [place, verdict] of verdicts.entries()) {
      const { index, warnings: own } = group[place] as Indexed;
      if (verdict.ok) warnings.push(...own.map((warning) => ({ index, ...warning })));
      else failures.push({ index, reason: verdict.reason, retriable: verdict.retriable, faults: [] });
    }
  }
  const retriable = failures.find((failure) => failure.retriable);
  if (retriable !== undefined && failures.length === events.length) throw new Refusal("INTERNAL", retriable.reason);
  failures.sort((one, other) => one.index - other.index);
  return { received: events.length, successful: events.length - failures.length, failed: failures.length, failures, warnings };
}

function entryOf({ job, dataset }: LineageEvent, actor: string): { action: string; actor: string; object?: string } {
  const object = job !== null ? jobUrn(job) : dataset !== null ? datasetUrn(dataset) : undefined;
  return { action: "lineage.record-lineage-events", actor, object };
}
