import { isDeepStrictEqual } from "node:util";
import type { Order, OrderKind } from "../protocol";
import { type Examiner, Nonconformity, type Tampering } from "./examiner";
import { datasetsOf, eachPart, expectOutcomes, Sentinel } from "./sentinel";

/** A rule of the protocol, put to the test. `examine` throws a Nonconformity, or returns what it could not show. */
export interface Check {
  readonly name: string;
  /** Left out unless the service takes all of these. */
  readonly needs: readonly OrderKind[];
  readonly examine: (examiner: Examiner) => Promise<string | void>;
}

/** An order that changes nothing, of a kind that the service takes. */
function harmless(examiner: Examiner, parts: Partial<Order> = {}): Order {
  const kind = (["check", "verify", "discover"] as const).find((each) => examiner.takes(each)) ?? "check";
  return examiner.order(kind, { subject_identities: examiner.newPerson(examiner.datasets), ...parts });
}

function refusal(name: string, tamper: (order: Order) => Tampering, parts: Partial<Order> = {}): Check {
  return {
    name,
    needs: [],
    examine: async (examiner) => {
      const order = harmless(examiner, parts);
      const { status } = await examiner.send(order, tamper(order));
      if (status < 400 || status >= 500) throw new Nonconformity(`expected a refusal with 401, got HTTP ${status}`);
    },
  };
}

const unknownPerson = (kind: "discover" | "verify" | "erase"): Check => ({
  name: `${kind}: an unknown person is NOT_FOUND`,
  needs: [kind],
  examine: async (examiner) => {
    const datasets = datasetsOf(examiner);
    const answer = await examiner.ask(examiner.order(kind, { datasets, subject_identities: examiner.newPerson(datasets) }));
    expectOutcomes(answer, datasets, eachPart("NOT_FOUND"), "NOT_FOUND");
  },
});

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
      for (const dataset of examiner.datasets) await examiner.ask(harmless(examiner, { datasets: [dataset] }));
    },
  },
  refusal("an unsigned order is refused", () => ({ unsigned: true })),
  refusal("a forged signature is refused", () => ({ forged: true })),
  refusal("an order that was altered on its way is refused", () => ({ altered: { reason: "altered" } })),
  refusal("an old timestamp is refused", () => ({ ageSeconds: 600 })),
  refusal("a timestamp from the future is refused", () => ({ ageSeconds: -600 })),
  refusal("an order for another audience is refused", () => ({}), { audience: "service:another-service-than-this" }),
  {
    name: "a repeated order is answered identically",
    needs: [],
    examine: async (examiner) => repeat(examiner, harmless(examiner)),
  },
  unknownPerson("discover"),
  unknownPerson("verify"),
  unknownPerson("erase"),
  {
    name: "a planted sentinel is FOUND, erased, then NOT_FOUND",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await sentinel.expectFound();
      await sentinel.erase();
      await sentinel.expectGone();
    }),
  },
  {
    name: "a dry run changes nothing",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await sentinel.erase({ dryRun: true });
      await sentinel.expectFound();
    }),
  },
  {
    name: "verify looks the person up and does not answer from what it remembers",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await sentinel.erase();
      if (!(await sentinel.plantAgain())) return "not shown: every dataset retains its records";
      await sentinel.expectFound();
    }),
  },
  {
    name: "a repeated erase is answered as the first time, not as a second erasure",
    needs: ["plant", "erase"],
    examine: (examiner) => Sentinel.use(examiner, (sentinel) => repeat(examiner, sentinel.order("erase"))),
  },
  {
    name: "recall: an order that was answered is ALREADY_DONE",
    needs: ["recall", "erase"],
    examine: async (examiner) => {
      const datasets = datasetsOf(examiner);
      const order = examiner.order("erase", { datasets, subject_identities: examiner.newPerson(datasets) });
      await examiner.ask(order);
      const answer = await examiner.ask(examiner.order("recall", { datasets, recall_of: order.orderId }));
      expectOutcomes(answer, datasets, eachPart("ALREADY_DONE"), "ALREADY_DONE");
    },
  },
  {
    name: "recall: an order that comes after its recall has no effect",
    needs: ["recall", "plant", "verify"],
    examine: async (examiner) => {
      const datasets = datasetsOf(examiner);
      const plant = examiner.order("plant", { datasets, subject_identities: examiner.newPerson(datasets) });
      const recall = examiner.order("recall", { datasets, recall_of: plant.orderId });
      expectOutcomes(await examiner.ask(recall), datasets, eachPart("RECALLED"), "RECALLED");
      await examiner.send(plant);
      const verify = examiner.order("verify", { datasets, subject_identities: plant.subject_identities });
      expectOutcomes(await examiner.ask(verify), datasets, eachPart("NOT_FOUND"), "NOT_FOUND");
    },
  },
  {
    name: "hold and release are confirmed",
    needs: ["hold", "release"],
    examine: async (examiner) => {
      const parts = { subject_identities: examiner.newPerson(examiner.datasets), hold_id: examiner.newId() };
      for (const kind of ["hold", "release"] as const) {
        expectOutcomes(await examiner.ask(examiner.order(kind, parts)), examiner.datasets, eachPart("DONE"), "DONE");
      }
    },
  },
];

async function repeat(examiner: Examiner, order: Order): Promise<void> {
  const first = await examiner.ask(order);
  const second = await examiner.ask({ ...order, attempt: order.attempt + 1 });
  if (!isDeepStrictEqual(second, first)) throw new Nonconformity(`${order.kind}: the second answer differs from the first`);
}
