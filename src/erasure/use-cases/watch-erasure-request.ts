import type { Deps } from "../../platform/deps";
import { watchChanges } from "../../platform/watch-changes";
import { isOpen } from "../model";
import { getRequest, type ErasureRequest } from "../storage/erasure-queries";

const LOOK_EVERY_MS = 250;

/**
 * Follows a request: gives it as it is, then again after every change, and ends when the request has ended.
 * Refuses (NOT_FOUND) an unknown request, at once.
 */
export async function watchErasureRequest(deps: Deps, id: string): Promise<AsyncIterableIterator<ErasureRequest>> {
  const look = (): Promise<ErasureRequest> => getRequest(deps.db, id);
  await look();
  return watchChanges({ look, versionOf: ({ revision }) => String(revision), everyMs: LOOK_EVERY_MS, isFinal: ({ state }) => !isOpen(state) });
}
