import fc from "fast-check";
import { contradict, type Outcome, OUTCOMES, type OutcomePart, overallResult, presenceOf, PROOF_GRADES, TASK_STATES, weakest } from "../../src/erasure/model";

const part = (outcome: Outcome): OutcomePart => ({ fields: null, recordClass: null, outcome, count: 1, rule: null, until: null, retentionRef: null });
const task = (...outcomes: Outcome[]) => ({ state: "VERIFIED" as const, grade: "G3" as const, parts: outcomes.map(part) });

describe("the result of a request", () => {
  it("is COMPLETE when every part of every task is gone and proven", () => {
    expect(overallResult([task("ERASED", "NOT_FOUND"), task("ANONYMISED")], 0)).toBe("COMPLETE");
  });

  it("is COMPLETE_EXCEPT_RETAINED when only upheld retention remains", () => {
    expect(overallResult([task("ERASED", "RETAINED")], 0)).toBe("COMPLETE_EXCEPT_RETAINED");
  });

  it.each([
    ["the plan is empty", [], 0],
    ["a place is a gap", [task("ERASED")], 1],
    ["a task accounts for nothing", [task()], 0],
    ["a handler was never proven live", [{ ...task("ERASED"), grade: "G2" as const }], 0],
    ["a task was not verified", [{ ...task("ERASED"), state: "DEAD_LETTER" as const }], 0],
    ["a task was waived", [{ ...task("ERASED"), state: "WAIVED" as const }], 0],
    ["a part is disputed", [task("ERASED", "DISPUTED")], 0],
  ])("is INCOMPLETE when %s", (_why, tasks, gaps) => {
    expect(overallResult(tasks, gaps)).toBe("INCOMPLETE");
  });

  it("is never complete with anything that is not positively shown", () => {
    const anyTask = fc.record({
      state: fc.constantFrom(...TASK_STATES),
      grade: fc.constantFrom(...PROOF_GRADES),
      parts: fc.array(fc.constantFrom(...OUTCOMES).map(part), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(anyTask, { maxLength: 5 }), fc.nat(2), (tasks, gaps) => {
        if (overallResult(tasks, gaps) === "INCOMPLETE") return;
        expect(gaps).toBe(0);
        expect(tasks.length).toBeGreaterThan(0);
        for (const { state, grade, parts } of tasks) {
          expect(state).toBe("VERIFIED");
          expect(["G3", "G4"]).toContain(grade);
          expect(parts.length).toBeGreaterThan(0);
          for (const { outcome } of parts) expect(["ANONYMISED", "ERASED", "NOT_FOUND", "RETAINED"]).toContain(outcome);
        }
      }),
    );
  });
});

describe("a later verification", () => {
  it("that finds the person turns every claim of absence into DISPUTED", () => {
    expect(contradict([part("ERASED"), part("RETAINED"), part("FAILED")], "FOUND").map(({ outcome }) => outcome)).toEqual(["DISPUTED", "RETAINED", "FAILED"]);
  });

  it("that finds something retained contradicts an answer that had retained nothing", () => {
    expect(contradict([part("ERASED")], "RETAINED").map(({ outcome }) => outcome)).toEqual(["DISPUTED"]);
    expect(contradict([part("ERASED"), part("RETAINED")], "RETAINED").map(({ outcome }) => outcome)).toEqual(["ERASED", "RETAINED"]);
  });
});

it("the outcome of a task is the weakest of its parts", () => {
  expect(weakest(["NOT_FOUND", "RETAINED", "ERASED"])).toBe("RETAINED");
  expect(weakest([])).toBeNull();
});

it("nothing said, and an absence that counts records, are no absence", () => {
  expect(presenceOf([])).toBe("FOUND");
  expect(presenceOf([{ outcome: "NOT_FOUND", count: 2 }])).toBe("FOUND");
  expect(presenceOf([{ outcome: "NOT_FOUND", count: 0 }])).toBe("NOT_FOUND");
});
