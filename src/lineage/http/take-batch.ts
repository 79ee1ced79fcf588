import { setImmediate as nextTurn } from "node:timers/promises";
import type { Fault, Warning } from "../events/fault-model";
import { readEvent } from "../events/read-event";
import type { IngestQueue, Sender } from "../use-cases/ingest-queue";
import type { Verdict } from "../use-cases/record-event-group";

/** A batch of events, and whose it is. */
export interface Batch {
  readonly events: readonly unknown[];
  /** Of all of them together. */
  readonly bytes: number;
  readonly strict: boolean;
  readonly sender: Sender;
}

/** Verdicts on the events of a batch, as OpenLineage describes them. */
export interface BatchReport {
  readonly status: "success" | "partial_success" | "failure";
  readonly summary: { readonly received: number; readonly successful: number; readonly failed: number };
  readonly failed_events: readonly FailedEvent[];
  readonly warnings: readonly (Warning & { readonly index: number })[];
}

interface FailedEvent {
  readonly index: number;
  readonly reason: string;
  readonly retriable: boolean;
}

const MOST_WARNINGS = 100;
const EVENTS_A_TURN = 100;

/** Has the events written, each by itself, and answers when that is durable. A broken one takes no other along. */
export async function takeBatch({ events, bytes, strict, sender }: Batch, queue: IngestQueue): Promise<BatchReport> {
  const failed: FailedEvent[] = [];
  const warnings: (Warning & { readonly index: number })[] = [];
  const verdicts: Promise<void>[] = [];
  const settle = (index: number, own: readonly Warning[], verdict: Verdict): void => {
    if (!verdict.ok) failed.push({ index, reason: verdict.reason, retriable: verdict.retriable });
    else for (const warning of own.slice(0, MOST_WARNINGS - warnings.length)) warnings.push({ index, ...warning });
  };
  for (const [index, value] of events.entries()) {
    // Others are served in between.
    if (index % EVENTS_A_TURN === EVENTS_A_TURN - 1) await nextTurn();
    const read = readEvent(value, strict);
    if (read.faults !== undefined) failed.push({ index, reason: reasonOf(read.faults), retriable: false });
    else verdicts.push(queue.record(read, sender, bytes / events.length).then((verdict) => settle(index, read.warnings, verdict)));
  }
  if (failed.length > 0) queue.countRefused(sender, events.length - verdicts.length);
  await Promise.all(verdicts);
  failed.sort((one, other) => one.index - other.index);
  return {
    status: failed.length === 0 ? "success" : failed.length === events.length ? "failure" : "partial_success",
    summary: { received: events.length, successful: events.length - failed.length, failed: failed.length },
    failed_events: failed,
    warnings,
  };
}

const MOST_FAULTS_NAMED = 10;
const reasonOf = (faults: readonly Fault[]): string =>
  faults.slice(0, MOST_FAULTS_NAMED).map(({ path, message }) => `${path} ${message}`).join("; ");
