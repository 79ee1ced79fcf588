import { parseLeafRanges } from "../protocol/tlog/leaf-ranges";
import type { LeafRange } from "../protocol/tlog/merkle-tree";

/** A range of entries that retention took away, and the bytes of the entry of the log that it names; undefined where there is no such entry. */
export interface DroppedRange extends LeafRange {
  readonly loggedBy?: Buffer;
  /** Place of that entry; undefined while it waits for one. */
  readonly loggedAt?: number;
}

/** Action of the entry that logs a drop. Its source lists the ranges. */
export const DROP_ACTION = "audit.drop-audit-entries";

/** Entries of these actions are never dropped: they say why others, or persons, are missing. */
export const KEPT_ACTIONS: readonly string[] = [DROP_ACTION, "audit.recover-audit-log", "subject.erased"];

/** The log itself says that these entries were dropped, and said so after they were logged. */
export function isBacked({ from, to, loggedBy, loggedAt = Infinity }: DroppedRange): boolean {
  if (loggedBy === undefined) return false;
  const { action, outcome, source } = JSON.parse(loggedBy.toString()) as { readonly action?: unknown; readonly outcome?: unknown; readonly source?: unknown };
  if (action !== DROP_ACTION || outcome !== "ok" || typeof source !== "string") return false;
  return parseLeafRanges(source)?.some((range) => range.from <= from && to <= range.to && range.to <= loggedAt) ?? false;
}
