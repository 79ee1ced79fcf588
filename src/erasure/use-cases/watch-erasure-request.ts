import { setTimeout as delay } from "node:timers/promises";
import type { Deps } from "../../platform/deps";
import { isOpen } from "../model";
import { findRevisions, getRequest, type ErasureRequest } from "../storage/erasure-queries";

const LOOK_EVERY_MS = 250;

/**
 * Follows a request: yields it as it is, then after every change, and ends when the request has ended. The revision is compared by one
 * indexed read, so that a change made by any process is seen, whichever process the watcher is connected to.
 * Refuses (NOT_FOUND) an unknown request.
 */
export async function* watchErasureRequest(deps: Deps, id: string): AsyncGenerator<ErasureRequest> {
  let request = await getRequest(deps.db, id);
  yield request;
  while (isOpen(request.state)) {
    await delay(LOOK_EVERY_MS);
    const revision = (await findRevisions(deps.db, [request.id])).get(request.id);
    if (revision === undefined || revision === request.revision) continue;
    request = await getRequest(deps.db, id);
    yield request;
  }
}
