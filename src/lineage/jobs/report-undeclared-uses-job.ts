import type { Deps } from "../../platform/deps";
import { reportUndeclaredUses } from "../use-cases/report-undeclared-uses";
import { pacedJob } from "./paced-job";

/** Keeps the findings of what lineage shows and nobody declared. */
export const createReportUndeclaredUsesJob = (deps: Deps): { name: string; runOnce(): Promise<boolean> } =>
  pacedJob(deps, "report-undeclared-uses", () => reportUndeclaredUses(deps));
