import { checkPage, decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import type { OwnershipTransfer, TransferState } from "../transfer-model";

/** An `OwnershipTransfer`, as every statement that reads transfers answers it. */
const TRANSFER_COLUMNS = `t.id, t.entity_key as "entityKey", t.from_service_key as "fromServiceKey", t.to_service_key as "toServiceKey",
  t.assignment_id as "assignmentId", t.assignment_valid_from as "assignmentValidFrom", t.assignment_valid_to as "assignmentValidTo",
  t.effective_at as "effectiveAt", t.state, t.proposed_by as "proposedBy", t.proposed_at as "proposedAt", t.decided_by as "decidedBy",
  t.decided_at as "decidedAt", t.reason`;

/** Transfers by id; ids of none are left out. */
export async function findTransfers(reader: Reader, ids: readonly string[]): Promise<Map<string, OwnershipTransfer>> {
  const rows = await reader.query<OwnershipTransfer>("findTransfers", `select ${TRANSFER_COLUMNS} from ownership_transfers t where t.id = any($1)`, [ids]);
  return new Map(rows.map((transfer) => [transfer.id, transfer]));
}

export interface TransferFilter {
  readonly entityKey?: string | null;
  readonly state?: TransferState | null;
}

/** One page of the transfers, the newest proposal first. */
export async function listTransfers(reader: Reader, { entityKey, state }: TransferFilter, page: PageRequest): Promise<Page<OwnershipTransfer>> {
  checkPage(page);
  const after = decodeTimeCursor(page.after);
  const values: unknown[] = [after?.at ?? null, after?.id ?? null, page.first + 1, state ?? null, reader.clock.now()];
  const rows = await reader.query<OwnershipTransfer>(
    `listTransfers${entityKey ? "OfEntity" : ""}`,
    `select ${TRANSFER_COLUMNS} from ownership_transfers t
     where ($1::timestamptz is null or (t.proposed_at, t.id) < ($1, $2::uuid))
       and ($4::text is null or $4 = case when t.state = 'ACCEPTED' and t.effective_at <= $5 then 'EFFECTIVE' else t.state end)
       ${entityKey ? `and t.entity_key = $${values.push(entityKey)}` : ""}
     order by t.proposed_at desc, t.id desc limit $3`,
    values,
  );
  return toPage(rows, page.first, (transfer) => [transfer.proposedAt.toISOString(), transfer.id]);
}
