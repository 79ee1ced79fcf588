import { findDatasets, proofs } from "../../catalog";
import { enqueueOrders, type OrderContent, type OrderEvent, type OrderOwner, type OrderRecord } from "../../dispatch";
import type { Reader, Tx } from "../../platform/database/sql";
import { sentinelValue } from "../../protocol";
import { findSentinelsByIds, lockSentinel, type Sentinel, transitionSentinel, wakeRequestsVerifying } from "../storage/sentinel-store";
import { type AnsweredEvent, type AnsweredPart, answeredDatasets } from "./answered-datasets";

/** Plant, look, remove: a sentinel's three orders, one after the other. */
export const sentinelOrders: OrderOwner = { name: "sentinel", renderOrders: renderSentinelOrders, recordEvents: recordSentinelEvents };

async function renderSentinelOrders(reader: Reader, orders: readonly OrderRecord[]): Promise<Map<string, OrderContent>> {
  const sentinels = new Map((await findSentinelsByIds(reader, orders.map((order) => order.ownerRef))).map((sentinel) => [sentinel.id, sentinel]));
  const datasets = await findDatasets(reader, [...new Set(orders.flatMap((order) => order.datasets))]);
  return new Map(
    orders.flatMap((order): [string, OrderContent][] => {
      const types = new Set(order.datasets.flatMap((id) => datasets.get(id)?.identifierTypes ?? []));
      const asked = (sentinels.get(order.ownerRef)?.identifierTypes ?? []).filter((type) => types.has(type));
      if (asked.length === 0) return [];
      const identities = asked.map((type) => ({ identity_type: type, identity_value: sentinelValue(order.ownerRef, type), identity_format: "raw" as const }));
      return [[order.id, { identities }]];
    }),
  );
}

/** Moves sentinels on. A step that died or planted nothing ends the sentinel without proof, and whoever waited goes on without it. */
async function recordSentinelEvents(tx: Tx, events: readonly OrderEvent[]): Promise<void> {
  for (const event of [...events].sort((one, other) => (one.order.ownerRef < other.order.ownerRef ? -1 : 1))) {
    if (event.type !== "ANSWERED" && event.type !== "DEAD" && event.type !== "WITHDRAWN") continue;
    const sentinel = await lockSentinel(tx, event.order.ownerRef);
    if (sentinel === undefined || sentinel.state === "FAILED" || sentinel.state === "REMOVED") continue;
    if (event.type === "ANSWERED") await recordStep(tx, sentinel, event);
    else await fail(tx, sentinel);
  }
}

async function recordStep(tx: Tx, sentinel: Sentinel, event: AnsweredEvent): Promise<void> {
  const answered = await answeredDatasets(tx, event);
  const having = (outcome: string): number[] => [...answered].filter(([, parts]) => parts.every((part) => part.outcome === outcome)).map(([id]) => id);
  if (event.order.kind === "erase") return transitionSentinel(tx, sentinel.id, isGoneEverywhere([...answered.values()]) ? "REMOVED" : "FAILED");
  if (event.order.kind === "plant") {
    const planted = having("DONE");
    if (planted.length === 0) return fail(tx, sentinel);
    if (planted.length < sentinel.datasetIds.length) await wakeRequestsVerifying(tx, sentinel.datasetIds);
    await transitionSentinel(tx, sentinel.id, "LOOKING", planted);
    return follow(tx, sentinel, "verify", planted);
  }
  const found = [...answered].filter(([, parts]) => parts.some((part) => part.outcome === "FOUND")).map(([id]) => id);
  await proofs.record(tx, found.map((datasetId) => ({ datasetId, kind: "LIVE", at: event.at, by: event.order.service })));
  await transitionSentinel(tx, sentinel.id, "REMOVING");
  await wakeRequestsVerifying(tx, sentinel.datasetIds);
  return follow(tx, sentinel, "erase", sentinel.plantedIds ?? []);
}

const isGoneEverywhere = (answers: readonly (readonly AnsweredPart[])[]): boolean =>
  answers.every((parts) => parts.every((part) => part.outcome === "ERASED" || part.outcome === "NOT_FOUND"));

async function follow(tx: Tx, sentinel: Sentinel, kind: "verify" | "erase", datasets: readonly number[]): Promise<void> {
  await enqueueOrders(tx, [{ owner: "sentinel", ownerRef: sentinel.id, service: sentinel.serviceKey, kind, datasets: [...datasets], details: {}, due: null }]);
}

async function fail(tx: Tx, sentinel: Sentinel): Promise<void> {
  await transitionSentinel(tx, sentinel.id, "FAILED");
  await wakeRequestsVerifying(tx, sentinel.datasetIds);
}
