import type { Deps } from "../../platform/deps";
import { sweepFindings } from "../use-cases/sweep-findings";

/** Brings findings up to date where time alone has changed them; `runOnce` answers how much was due. */
export const createSweepFindingsJob = (deps: Deps): { name: string; runOnce(): Promise<number> } => ({
  name: "sweep-findings",
  runOnce: () => sweepFindings(deps),
});
