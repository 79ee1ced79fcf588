import type { Facets, JobRunState } from "./model";

/** A job as it is shown. */
export interface Job {
  readonly id: string;
  readonly number: number;
  readonly namespace: string;
  readonly name: string;
  /** Of its documentation facet. */
  readonly description: string | null;
  /** Null: it is there. */
  readonly deletedAt: Date | null;
}

/** A run as it is shown. */
export interface ShownRun {
  /** As the producer names it. */
  readonly id: string;
  readonly state: JobRunState;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** From its start, or its first event, to its end. */
  readonly durationMs: number | null;
  readonly facets: Facets;
  /** Of its parent facet. */
  readonly parent: ParentRun | null;
}

export interface ParentRun {
  readonly run: string;
  /** Id of its job. */
  readonly job: string;
}

/** The text that a documentation facet holds. */
export const descriptionOf = (facet: unknown): string | null => textAt(facet, "description");

/** What a parent facet names, where it names a run and its job. */
export function parentOf(facets: Facets, idOf: (job: { namespace: string; name: string }) => string): ParentRun | null {
  const { run: runs, job } = (isObject(facets.parent) ? facets.parent : {}) as { run?: unknown; job?: unknown };
  const [run, namespace, name] = [textAt(runs, "runId"), textAt(job, "namespace"), textAt(job, "name")];
  return run === null || namespace === null || name === null ? null : { run, job: idOf({ namespace, name }) };
}

export const durationOf = ({ startedAt, endedAt, firstAt }: { startedAt: Date | null; endedAt: Date | null; firstAt: Date }): number | null =>
  endedAt === null ? null : Math.max(0, endedAt.getTime() - (startedAt ?? firstAt).getTime());

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

function textAt(value: unknown, member: string): string | null {
  const text = isObject(value) ? value[member] : undefined;
  return typeof text === "string" ? text : null;
}
