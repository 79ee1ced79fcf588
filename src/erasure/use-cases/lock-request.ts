import type { Tx } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import type { ErasureRequest } from "../storage/erasure-queries";
import { lockRequests } from "../storage/request-store";

/** The request, locked for this transaction. Refuses (NOT_FOUND) an id that is none of ours. */
export async function lockRequest(tx: Tx, id: string): Promise<ErasureRequest> {
  const [request] = isUuid(id) ? await lockRequests(tx, [id]) : [];
  if (request === undefined) throw notFound("id: there is no erasure request with this id");
  return request;
}
