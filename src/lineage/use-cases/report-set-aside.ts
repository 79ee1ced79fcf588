import { reportFinding } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import type { ReadableEvent } from "../events/read-event";
import { addSetAside, listSetAside, type SetAside } from "../storage/set-aside-store";

const MOST_NAMED = 20;

/** Counts the facets that were set aside, and says so in a finding about their producer. Writes: set_aside_facets, findings. */
export async function reportSetAside(tx: Tx, events: readonly ReadableEvent[]): Promise<void> {
  const counts = countsOf(events);
  if (counts.length === 0) return;
  await addSetAside(tx, counts);
  const known = await listSetAside(tx, [...new Set(counts.map(({ producer }) => producer))]);
  const facetsOf = new Map<string, string[]>();
  for (const { producer, facet, count } of known) facetsOf.set(producer, [...(facetsOf.get(producer) ?? []), `${facet} (${count})`]);
  for (const [producer, facets] of facetsOf) {
    const named = facets.slice(0, MOST_NAMED).join(", ") + (facets.length > MOST_NAMED ? ", …" : "");
    await reportFinding(tx, { kind: "BROKEN_FACET", subject: `producer:${percentEncoded(producer)}`, message: `sends facets that break their schema and are set aside: ${named}` });
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
