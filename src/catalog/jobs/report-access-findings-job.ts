import type { Deps } from "../../platform/deps";
import { reportAccessFindings } from "../use-cases/report-access-findings";

const EVERY_MS = 60_000;
/** Of its own duration: how long it rests after a run. */
const RESTS = 20;

/** Keeps the findings of what services report of their accesses: once a minute, and never more than a twentieth of the time. */
export function createReportAccessFindingsJob(deps: Deps): { name: string; runOnce(): Promise<boolean> } {
  let next = -Infinity;
  return {
    name: "report-access-findings",
    runOnce: async () => {
      const begun = deps.clock.now().getTime();
      if (begun < next) return false;
      await reportAccessFindings(deps);
      next = begun + Math.max(EVERY_MS, RESTS * (deps.clock.now().getTime() - begun));
      return false;
    },
  };
}
