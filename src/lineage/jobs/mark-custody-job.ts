import type { Deps } from "../../platform/deps";
import { markCustody } from "../use-cases/mark-custody";
import { pacedJob } from "./paced-job";

/** Keeps the register told which datasets lie in custody of personal data. */
export const createMarkCustodyJob = (deps: Deps): { name: string; runOnce(): Promise<boolean> } => pacedJob(deps, "mark-custody", () => markCustody(deps));
