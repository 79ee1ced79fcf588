import { isDeepStrictEqual } from "node:util";
import type { Answer, Order } from "../protocol";
import type { Check } from "./check";
import { type Examiner, Nonconformity } from "./examiner";
import { datasetsOf, eachPart, expectOutcomes, partsApart } from "./expectations";
import { RECALL_CHECKS } from "./recall-checks";
import { harmless, REFUSAL_CHECKS } from "./refusal-checks";
import { Sentinel } from "./sentinel";
import { SENTINEL_CHECKS } from "./sentinel-checks";

const unknownPerson = (kind: "discover" | "verify" | "erase"): Check => ({
  name: `${kind}: an unknown person is NOT_FOUND`,
  needs: [kind],
  examine: async (examiner) => {
    const datasets = datasetsOf(examiner);
    const answer = await examiner.ask(examiner.order(kind, { datasets, subject_identities: examiner.newPerson(datasets) }));
    expectOutcomes(examiner, answer, datasets, eachPart("NOT_FOUND"), "NOT_FOUND of a person whom nobody knows");
  },
});

/** In the order in which they are made; the first one decides whether the others are. */
export const CONFORMANCE_CHECKS: readonly Check[] = [
  {
    name: "a signed order is answered, signed, for every dataset",
    needs: [],
    examine: async (examiner) => void (await examiner.ask(harmless(examiner))),
  },
  {
    name: "an order is answered for the datasets it names and no others",
    needs: [],
    examine: async (examiner) => {
      for (const datasets of partsApart(examiner.datasets)) await examiner.ask(harmless(examiner, { datasets }));
    },
  },
  ...REFUSAL_CHECKS,
  {
    name: "a repeated order is answered identically",
    needs: [],
    examine: (examiner) => repeat(examiner, harmless(examiner)),
  },
  unknownPerson("discover"),
  unknownPerson("verify"),
  unknownPerson("erase"),
  ...SENTINEL_CHECKS,
  {
    name: "a repeated erase is answered as the first time, not as a second erasure",
    needs: ["plant", "erase"],
    examine: (examiner) => Sentinel.use(examiner, (sentinel) => repeat(examiner, sentinel.order("erase"))),
  },
  ...RECALL_CHECKS,
  {
    name: "hold and release are confirmed",
    needs: ["hold", "release"],
    examine: async (examiner) => {
      const parts = { subject_identities: examiner.newPerson(examiner.datasets), hold_id: examiner.newId() };
      for (const kind of ["hold", "release"] as const) {
        expectOutcomes(examiner, await examiner.ask(examiner.order(kind, parts)), examiner.datasets, eachPart("DONE"), "DONE");
      }
    },
  },
];

async function repeat(examiner: Examiner, order: Order): Promise<void> {
  const first = await examiner.ask(order);
  const second = await examiner.ask({ ...order, attempt: order.attempt + 1 });
  const changed = (Object.keys({ ...first, ...second }) as (keyof Answer)[]).filter((member) => !isDeepStrictEqual(first[member], second[member]));
  if (changed.length === 0) return;
  throw new Nonconformity(`${order.kind}, sent twice under one orderId: expected the same answer twice, got another ${changed.join(", ")}`);
}
