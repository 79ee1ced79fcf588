import type { Deps } from "../../platform/deps";
import { isLookDue } from "../coverage-model";
import { recordCoverage } from "../use-cases/record-coverage";

/** Looks at the coverage every few minutes of the clock; `runOnce` never asks to be run again at once. */
export function createRecordCoverageJob(deps: Deps): { name: string; runOnce(): Promise<boolean> } {
  let last: Date | undefined;
  return {
    name: "record-coverage",
    runOnce: async () => {
      const now = deps.clock.now();
      if (isLookDue(last, now)) {
        await recordCoverage(deps);
        last = now;
      }
      return false;
    },
  };
}
