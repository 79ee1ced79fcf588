import { type FlowKey, keyText } from "./picture-row-model";

/** What custody remembers of a flow: from when to when content went this way, by event times. Nothing of it is ever taken back. */
export interface CustodyFlow extends FlowKey {
  readonly passages: number;
  readonly first: number;
  /** Infinity while a declaration stands. */
  readonly last: number;
  /** Latest instant of what counts for the picture; -Infinity: only of runs that did not complete. */
  readonly stands: number;
}

/** The same flow said twice. */
const together = (one: CustodyFlow, other: CustodyFlow): CustodyFlow => ({
  ...one, first: Math.min(one.first, other.first), last: Math.max(one.last, other.last), stands: Math.max(one.stands, other.stands),
});

/** Each flow once. */
export function gatherCustody(flows: Iterable<CustodyFlow>): Map<string, CustodyFlow> {
  const gathered = new Map<string, CustodyFlow>();
  for (const flow of flows) {
    const key = keyText(flow);
    const known = gathered.get(key);
    gathered.set(key, known === undefined ? flow : together(known, flow));
  }
  return gathered;
}

/** As custody is to remember it: an event dated later than its receipt counts as of then. */
export const asOf = (heard: CustodyFlow, now: number): CustodyFlow => ({
  ...heard, first: Math.min(heard.first, now), last: heard.last === Infinity ? heard.last : Math.min(heard.last, now),
});
