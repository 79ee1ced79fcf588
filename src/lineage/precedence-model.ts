import type { FlowKey } from "./picture-row-model";

/** When explicit or column lineage of an output was stated by a job. Instants are milliseconds of event time. */
export interface Statement {
  /** Infinity: never. */
  readonly since: number;
  /** -Infinity: never. */
  readonly last: number;
  /** What was stated before was deleted, or replaced by a DatasetEvent; -Infinity: it never was. */
  readonly cut: number;
}

export interface StatedOutput {
  /** 0: by no job. */
  readonly job: number;
  readonly output: number;
  readonly explicit: Statement;
  readonly column: Statement;
}

export const NEVER: Statement = { since: Infinity, last: -Infinity, cut: -Infinity };

export const outputText = ({ job, output }: Pick<StatedOutput, "job" | "output">): string => `${job} ${output}`;

/** The statement after its facet was deleted or replaced. */
export const cutStatement = (statement: Statement, at: number): Statement => ({ ...statement, cut: Math.max(statement.cut, at) });

/** The statement after it was made again; `epoch` is when the job's present epoch began. */
export function restate({ since, last, cut }: Statement, heard: { readonly first: number; readonly last: number }, epoch: number): Statement {
  const begin = Math.max(cut, epoch);
  if (heard.last < begin) return { since, last: Math.max(last, heard.last), cut };
  return { since: last >= begin ? Math.min(since, heard.first) : heard.first, last: Math.max(last, heard.last), cut };
}

/** Since when the statement stands in the present epoch; Infinity: it does not. */
function standsSince({ since, last, cut }: Statement, epoch: number): number {
  const begin = Math.max(cut, epoch);
  return last >= begin ? Math.max(since, begin) : Infinity;
}

/** Since when better lineage hides a flow: explicit hides column, both hide inputs x outputs; what was declared is never hidden. */
export function hiddenSince({ provenance }: Pick<FlowKey, "provenance">, stated: StatedOutput | undefined, epoch: number): number {
  if (stated === undefined || provenance === "EXPLICIT" || provenance === "DECLARED") return Infinity;
  const explicit = standsSince(stated.explicit, epoch);
  return provenance === "COLUMN" ? explicit : Math.min(explicit, standsSince(stated.column, epoch));
}

/** When the present epoch of a flow began; `epoch` is when the job's did. */
export function cutOf({ provenance }: Pick<FlowKey, "provenance">, stated: StatedOutput | undefined, epoch: number): number {
  if (stated === undefined || (provenance !== "EXPLICIT" && provenance !== "COLUMN")) return epoch;
  return Math.max(epoch, (provenance === "EXPLICIT" ? stated.explicit : stated.column).cut);
}
