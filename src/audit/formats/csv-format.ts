import { csvRecord } from "../../platform/csv";
import { disclosedMembers, type ExportFormat } from "../export-model";

const MEMBERS = ["id", "time", "action", "actor", "object", "fields", "purpose", "basis", "source", "outcome"] as const;

/** A table for people: RFC 4180, safe from being computed by spreadsheets; several fields are a JSON list. */
export const csvFormat: ExportFormat = {
  contentType: "text/csv; charset=utf-8; header=present",
  fileName: "audit.csv",
  head: csvRecord(["leaf_index", ...MEMBERS]),
  write: (entry) => {
    const members = disclosedMembers(entry);
    return csvRecord([entry.leafIndex, ...MEMBERS.map((member) => members[member])].map(textOf));
  },
};

function textOf(value: number | string | readonly string[] | null | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
