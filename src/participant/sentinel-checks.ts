import type { Check } from "./check";
import { Nonconformity, type Examiner } from "./examiner";
import { expectOutcomes, partsApart, somePart } from "./expectations";
import { Sentinel } from "./sentinel";

/** A made-up person comes, is found, and goes. Each check shows something of verify that no other shows. */
export const SENTINEL_CHECKS: readonly Check[] = [
  {
    name: "a planted sentinel is FOUND, erased, then NOT_FOUND",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await sentinel.expectFound();
      await sentinel.erase();
      await sentinel.expectGone();
      sentinel.show("LOSES_WHAT_IS_ERASED");
    }),
  },
  {
    name: "erasing one person leaves the others",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (other) => {
      await Sentinel.use(examiner, (sentinel) => sentinel.erase());
      await other.expectFound("a sentinel, after another one was erased");
    }),
  },
  {
    name: "discover finds a planted sentinel",
    needs: ["discover", "plant", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      const answer = await examiner.ask(sentinel.order("discover"));
      expectOutcomes(examiner, answer, sentinel.datasets, somePart("FOUND", "RETAINED"), "FOUND of a sentinel that was planted");
    }),
  },
  {
    name: "a dry run changes nothing",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await sentinel.erase({ dryRun: true });
      await sentinel.expectFound("a sentinel after an erase with dryRun");
    }),
  },
  {
    name: "verify looks the person up and does not answer from what it remembers",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await sentinel.erase();
      if (!(await sentinel.plantAgain())) return "not shown: every dataset retains its records";
      await sentinel.expectFound("a sentinel that was planted again after it was erased");
      sentinel.show("FINDS_WHAT_COMES_AGAIN");
    }),
  },
  {
    name: "verify finds the person by each identifier alone",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      for (const identity of sentinel.person) {
        const type = identity.identity_type;
        const datasets = sentinel.datasets.filter(({ identifierTypes }) => identifierTypes.includes(type));
        await sentinel.expectFound(`a sentinel by its ${type} alone`, { datasets, subject_identities: [identity] });
      }
      sentinel.show("FINDS_BY_EACH_IDENTIFIER");
    }),
  },
  {
    name: "verify looks into the dataset that it answers for",
    needs: ["plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      await plantApart(examiner, sentinel);
      sentinel.show("LOOKS_INTO_ITS_OWN_DATASET");
    }),
  },
  {
    name: "a held sentinel stays, and is erased after the release",
    needs: ["hold", "release", "plant", "verify", "erase"],
    examine: (examiner) => Sentinel.use(examiner, async (sentinel) => {
      const hold_id = examiner.newId();
      await examiner.ask(sentinel.order("hold", { hold_id }));
      await sentinel.expectFound("a sentinel that is held");
      await examiner.ask(sentinel.order("release", { hold_id }));
      await sentinel.erase();
    }),
  },
];

/** Sentinels in some datasets and not in others: a handler that looks into another than its own misses at least one of them. */
async function plantApart(examiner: Examiner, sentinel: Sentinel): Promise<void> {
  for (const part of partsApart(sentinel.datasets)) {
    try {
      await Sentinel.use(examiner, (apart) => apart.expectFound("a sentinel that was planted there and not in all datasets"), part);
    } catch (error) {
      if (!(error instanceof Nonconformity)) throw error;
      sentinel.noteFault(error.message);
    }
  }
}
