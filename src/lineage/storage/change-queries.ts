import { only, type Reader } from "../../platform/database/sql";

/**
 * A text that differs after nearly every change of flows or of the register: the newest transaction that wrote flows or names of datasets,
 * and the newest audit entry, since every change of the register has one. A change that commits late may keep it as it was.
 */
export async function readChangeStamp(reader: Reader): Promise<string> {
  const latest = (table: string): string => `(select changed_by from ${table} order by changed_by desc limit 1)`;
  const rows = await reader.query<{ stamp: string }>(
    "readChangeStamp",
    `select concat_ws('/', ${["flows", "custody_flows", "dataset_identities"].map(latest).join(", ")}, (select id from audit_entry_facts order by id desc limit 1)) as stamp`,
  );
  return only(rows).stamp;
}
