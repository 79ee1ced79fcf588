import { checkPage, type Page, type PageRequest } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import { dayOf } from "../coverage-model";
import type { ServiceReporting } from "../reporting-model";
import { listReporting } from "../storage/reporting-queries";

/**
 * Which services report data accesses, and which never did, on the days (UTC) that a period [from, to) touches. Refuses (BAD_USER_INPUT) a period
 * that is none and a page size out of range.
 */
export async function readReporting(reader: Reader, { from, to }: { readonly from: Date; readonly to: Date }, page: PageRequest): Promise<Page<ServiceReporting>> {
  checkPage(page);
  if (from >= to) throw badInput("to: must be later than from");
  return listReporting(reader, dayOf(from), dayOf(new Date(to.getTime() - 1)), page);
}
