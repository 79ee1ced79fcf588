import type { Order } from "../protocol";
import type { Check } from "./check";
import type { ExaminedDataset, Examiner } from "./examiner";
import { datasetsOf, eachPart, expectOutcomes, listed, outcomesOf } from "./expectations";
import { Sentinel } from "./sentinel";

/** How often an order that must have no effect is looked at again, before that is believed. */
const AFTERWARDS = 5;
/** Of how many datasets it is tried whether a permit counts: what erases later does so in one way. */
const APART = 10;

/** Orders that are taken back, or whose effect is not permitted any more. */
export const RECALL_CHECKS: readonly Check[] = [
  {
    name: "recall: an order that was answered is ALREADY_DONE",
    needs: ["recall", "erase"],
    examine: async (examiner) => {
      const datasets = datasetsOf(examiner);
      const order = examiner.order("erase", { datasets, subject_identities: examiner.newPerson(datasets) });
      await examiner.ask(order);
      const answer = await examiner.ask(examiner.order("recall", { datasets, recall_of: order.orderId }));
      expectOutcomes(examiner, answer, datasets, eachPart("ALREADY_DONE"), "ALREADY_DONE of an order that was answered");
    },
  },
  {
    name: "recall: an order that comes after its recall has no effect",
    needs: ["recall", "plant", "verify"],
    examine: async (examiner) => {
      const datasets = datasetsOf(examiner);
      const plant = examiner.order("plant", { datasets, subject_identities: examiner.newPerson(datasets) });
      const recall = await examiner.ask(examiner.order("recall", { datasets, recall_of: plant.orderId }));
      expectOutcomes(examiner, recall, datasets, eachPart("RECALLED"), "RECALLED of an order that had not come yet");
      await examiner.send(plant);
      const verify = await examiner.ask(examiner.order("verify", { datasets, subject_identities: plant.subject_identities }));
      expectOutcomes(examiner, verify, datasets, eachPart("NOT_FOUND"), "NOT_FOUND of a sentinel whose plant order came after its recall");
    },
  },
  {
    name: "recall: an accepted order that is RECALLED has no effect any more",
    needs: ["recall", "plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      const erase = sentinel.order("erase");
      if (await examiner.deliver(erase)) return "nothing to take back: orders to erase are answered at once";
      const answer = await examiner.ask(sentinel.order("recall", { subject_identities: [], recall_of: erase.orderId }));
      await watch(examiner);
      const datasets = sentinel.datasets.filter((dataset) => eachPart("RECALLED")(outcomesOf(answer, dataset)));
      await sentinel.expectFound("a sentinel whose erasure was RECALLED", { datasets });
      if (datasets.length === 0) return "not shown: the order was ALREADY_DONE when its recall came";
    }),
  },
  {
    name: "permit: what is not permitted is not erased",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, (sentinel) => refusePermit(examiner, sentinel)),
  },
];

/** A service that erases later may ask right before whether it still may; here it may not. What it erases at once needs no permit. */
async function refusePermit(examiner: Examiner, sentinel: Sentinel): Promise<string | void> {
  const accepted = await deliverApart(examiner, sentinel);
  if (accepted.size === 0) return "nothing to permit: orders to erase are answered at once";
  const { doors } = examiner;
  if (!doors) return "not shown: there is nobody to ask for a permit here";
  const datasets: ExaminedDataset[] = [];
  for (const [dataset, order] of accepted) {
    const isAsked = (): Promise<boolean> => doors.wasPermitAsked(order.orderId);
    await examiner.follow(order, examiner.patience, isAsked);
    if (await isAsked()) datasets.push(dataset);
  }
  if (datasets.length > 0) await watch(examiner);
  await sentinel.expectFound("a sentinel whose erasure was not permitted (409)", { datasets });
  for (const [dataset, { orderId }] of examiner.takes("recall") ? accepted : []) {
    await examiner.ask(sentinel.order("recall", { datasets: [dataset], subject_identities: [], recall_of: orderId }));
  }
  const silent = [...accepted.keys()].filter((dataset) => !datasets.includes(dataset));
  if (silent.length > 0) return `not shown of ${listed(silent)}: no permit was asked for before an accepted order took effect`;
}

/** Orders to erase that are not permitted, one for each dataset; those that were accepted for later. */
async function deliverApart(examiner: Examiner, sentinel: Sentinel): Promise<Map<ExaminedDataset, Order>> {
  const accepted = new Map<ExaminedDataset, Order>();
  for (const dataset of sentinel.datasets.slice(0, APART)) {
    const order = sentinel.order("erase", { datasets: [dataset] });
    if (!(await examiner.deliver(order, false))) accepted.set(dataset, order);
  }
  return accepted;
}

async function watch(examiner: Examiner): Promise<void> {
  for (let times = 0; times < Math.min(AFTERWARDS, examiner.patience); times += 1) await examiner.pause();
}
