import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { cloudeventsFormat } from "../formats/cloudevents-format";
import { csvFormat } from "../formats/csv-format";
import { ndjsonFormat } from "../formats/ndjson-format";
import { ocsfFormat } from "../formats/ocsf-format";
import type { ExportedEntry, ExportFormat } from "../export-model";
import type { AuditCriteria } from "../model";
import { listAuditEntries } from "../storage/audit-queries";
import { findExportedEntries } from "../storage/export-queries";
import { appendAuditEntry } from "./append-audit-entries";
import { checkedCriteria } from "./checked-criteria";

/** Entries that are in memory at a time. */
const PORTION = 1_000;

const FORMATS: Readonly<Record<string, (deps: Deps) => ExportFormat>> = {
  ocsf: () => ocsfFormat,
  cloudevents: ({ config }) => cloudeventsFormat(`${config.publicUrl}/audit`),
  csv: () => csvFormat,
  ndjson: () => ndjsonFormat,
};

export interface ExportEntries {
  readonly actor: string;
  readonly format: string;
  /** Whom entries concern is no criterion: identifiers do not belong into addresses. */
  readonly criteria: Omit<AuditCriteria, "subjects"> & { readonly from: Date; readonly to: Date };
}

export interface EntryExport {
  readonly format: ExportFormat;
  /** Ends with an error, not early, where it cannot go on: what ends well is whole. */
  readonly text: AsyncIterable<string>;
}

/**
 * Begins to hand over the entries of a period that match, oldest first, in the form of another system; a portion is in memory at a time. An
 * entry that is recorded meanwhile is part of it if its time lies in the period and is not passed yet.
 * Refuses (BAD_USER_INPUT) an unknown format, and criteria that nothing can meet. Writes one entry of the export, before anything leaves.
 */
export async function exportEntries(deps: Deps, { actor, format: name, criteria: asked }: ExportEntries, signal: AbortSignal): Promise<EntryExport> {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name]?.(deps) : undefined;
  if (format === undefined) throw badInput(`format: expected one of ${Object.keys(FORMATS).join(", ")}`);
  const criteria = checkedCriteria(asked);
  const source = `${name} ${criteria.from.toISOString()}/${criteria.to.toISOString()}`;
  await deps.transaction((tx) => appendAuditEntry(tx, { action: "audit.export-entries", actor, source }));
  return { format, text: written(format, portions(deps, criteria, signal)) };
}

async function* written({ head, write }: ExportFormat, portions: AsyncIterable<readonly ExportedEntry[]>): AsyncGenerator<string> {
  if (head !== undefined) yield head;
  for await (const entries of portions) yield entries.map(write).join("");
}

async function* portions(deps: Deps, criteria: AuditCriteria, signal: AbortSignal): AsyncGenerator<readonly ExportedEntry[]> {
  for (let after: string | null = null; ; ) {
    signal.throwIfAborted();
    const search = { first: PORTION, after, newestFirst: false };
    const { entries, pageInfo } = await deps.transaction(async (tx) => {
      const page = await listAuditEntries(tx, criteria, search);
      return { entries: await findExportedEntries(tx, page.edges.map(({ node }) => node.id)), pageInfo: page.pageInfo };
    });
    yield entries;
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor;
  }
}
