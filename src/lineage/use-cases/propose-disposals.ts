import { reportFinding } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import type { LineageEvent } from "../event-model";
import { findProposableDisposals, type SeenDisposal } from "../storage/disposal-store";
import { datasetsOf, type Names } from "./number-names";

const DISPOSES = { DROP: "DROPPED", TRUNCATE: "TRUNCATED" } as const;

/**
 * Proposes disposals where producers say that datasets were dropped or truncated: only their owners' word ends custody. Nothing is proposed that
 * was recorded, or proposed for a later instant, already. Writes: findings.
 */
export async function proposeDisposals(tx: Tx, events: readonly LineageEvent[], names: Names): Promise<void> {
  const seen = new Map<number, SeenDisposal>();
  for (const event of events) {
    for (const dataset of datasetsOf(event)) {
      const change = dataset.change?.kind;
      if (change !== "DROP" && change !== "TRUNCATE") continue;
      const known = seen.get(names.root(dataset));
      if (known === undefined || known.at < event.at) seen.set(names.root(dataset), { dataset: names.root(dataset), kind: DISPOSES[change], at: event.at });
    }
  }
  if (seen.size === 0) return;
  for (const { dataset, id, kind, at } of await findProposableDisposals(tx, [...seen.values()])) {
    await reportFinding(tx, {
      kind: "PROPOSED_DISPOSAL", subject: id, datasetId: dataset, details: { kind, at: at.toISOString() },
      message: `a producer says that it was ${kind} at ${at.toISOString()}; if so, its owner records it with recordDisposal, and custody of what it held until then ends`,
    });
  }
}
