import type { Reader } from "../../platform/database/sql";
import type { ExportedEntry } from "../export-model";

/** The bytes of entries in the order of their ids given, in the log or on their way into it; those that were dropped are left out. */
export const findExportedEntries = (reader: Reader, ids: readonly string[]): Promise<ExportedEntry[]> =>
  reader.query(
    "findExportedEntries",
    `select e.leaf_index::float8 as "leafIndex", coalesce(e.entry, i.entry) as bytes
     from unnest($1::uuid[]) with ordinality as asked (id, place)
     left join audit_entries e on e.id = asked.id
     left join audit_inbox i on i.id = asked.id
     where num_nonnulls(e.entry, i.entry) > 0
     order by asked.place`,
    [ids],
  );
