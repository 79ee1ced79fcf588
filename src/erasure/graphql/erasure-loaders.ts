import DataLoader from "dataloader";
import { datasetUrn, findDatasets } from "../../catalog";
import type { RequestContext } from "../../platform/graphql/request-context";
import { listQuarantined } from "../../subjects";
import { findNoticesByRequests, findRequestsByIds, type StoredNotice, type ErasureRequest } from "../storage/erasure-queries";
import { type ErasureTask, findGapsByRequests, findPartsByTasks, findTasksByRequests, findVerificationsByTasks, type StoredGap, type StoredPart, type StoredVerification } from "../storage/task-queries";

type Grouped<Row> = DataLoader<string, Row[]>;

/** A loader of lists: one statement for all keys, each key with its rows in their order. */
function grouping<Row>(load: (keys: readonly string[]) => Promise<Row[]>, keyOf: (row: Row) => string): Grouped<Row> {
  return new DataLoader(async (keys) => {
    const groups = new Map(keys.map((key): [string, Row[]] => [key, []]));
    for (const row of await load(keys)) groups.get(keyOf(row))?.push(row);
    return keys.map((key) => groups.get(key) ?? []);
  });
}

export const requestLoader = ({ deps }: RequestContext): DataLoader<string, ErasureRequest | undefined> =>
  new DataLoader(async (ids) => {
    const found = new Map((await findRequestsByIds(deps.db, ids)).map((request) => [request.id, request]));
    return ids.map((id) => found.get(id));
  });

export const tasksLoader = ({ deps }: RequestContext): Grouped<ErasureTask> =>
  grouping((ids) => findTasksByRequests(deps.db, ids), (task) => task.requestId);

export const gapsLoader = ({ deps }: RequestContext): Grouped<StoredGap> =>
  grouping((ids) => findGapsByRequests(deps.db, ids), (gap) => gap.requestId);

export const noticesLoader = ({ deps }: RequestContext): Grouped<StoredNotice> =>
  grouping((ids) => findNoticesByRequests(deps.db, ids), (notice) => notice.requestId);

export const partsLoader = ({ deps }: RequestContext): Grouped<StoredPart> =>
  grouping((ids) => findPartsByTasks(deps.db, ids), (part) => part.taskId);

export const verificationsLoader = ({ deps }: RequestContext): Grouped<StoredVerification> =>
  grouping((ids) => findVerificationsByTasks(deps.db, ids), (verification) => verification.taskId);

/** In quarantine, by pid. */
export const quarantineLoader = ({ deps }: RequestContext): Grouped<Awaited<ReturnType<typeof listQuarantined>>[number]> =>
  grouping((pids) => listQuarantined(deps.db, pids), (identifier) => identifier.pid);

/** Dataset id → public id. */
export const urnLoader = ({ deps }: RequestContext): DataLoader<number, string> =>
  new DataLoader(async (ids) => {
    const datasets = await findDatasets(deps.db, [...ids]);
    return ids.map((id) => {
      const dataset = datasets.get(id);
      return dataset ? datasetUrn(dataset) : new Error(`dataset ${id} is gone from the catalog`);
    });
  });
