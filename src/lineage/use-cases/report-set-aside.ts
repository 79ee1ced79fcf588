import { reportFinding } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import type { ReadableEvent } from "../events/read-event";
import { addSetAside, listSetAside, type SetAside } from "../storage/set-aside-store";

const MOST_NAMED = 20;

/**
 * Counts the facets that were set aside, and reports a finding about a producer whenever one of its facets is broken that never was.
 * Writes: set_aside_facets, findings.
 */
export async function reportSetAside(tx: Tx, events: readonly ReadableEvent[]): Promise<void> {
  const counts = countsOf(events);
  if (counts.length === 0) return;
  for (const producer of await addSetAside(tx, counts)) {
    const facets = await listSetAside(tx, producer, MOST_NAMED);
    await reportFinding(tx, {
      kind: "BROKEN_FACET",
      subject: `producer:${percentEncoded(producer)}`,
      message: `sends facets that break their schema and are set aside: ${facets.join(", ")}`,
    });
  }
}

/** In one order everywhere, so that groups of several processes do not wait for each other in a circle. */
function countsOf(events: readonly ReadableEvent[]): SetAside[] {
  const counts = new Map<string, SetAside>();
  for (const { event, warnings } of events) {
    for (const { facet, path } of warnings) {
      const key = JSON.stringify([event.producer, facet]);
      counts.set(key, { producer: event.producer, facet, count: (counts.get(key)?.count ?? 0) + 1, path });
    }
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, count]) => count);
}

const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
