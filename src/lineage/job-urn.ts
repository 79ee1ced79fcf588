import { datasetUrn } from "../catalog";
import type { Named } from "./model";

/** `job:<namespace>:<name>`, written as ids of datasets are. */
export const jobUrn = (job: Named): string => `job${datasetUrn(job).slice("dataset".length)}`;
