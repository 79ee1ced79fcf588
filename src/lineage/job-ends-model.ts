import type { CustodyFlow } from "./custody-model";
import { FROM_PASSAGE, TO_PASSAGE } from "./run-model";

/** That a job has read or written a dataset, from when to when. Instants are milliseconds of event time. */
export interface JobSide {
  readonly job: number;
  readonly dataset: number;
  readonly isOutput: boolean;
  readonly first: number;
  readonly last: number;
}

export const sidesOf = (job: number, inputs: readonly number[], outputs: readonly number[], first: number, last: number): JobSide[] => [
  ...inputs.map((dataset) => ({ job, dataset, isOutput: false, first, last })),
  ...outputs.map((dataset) => ({ job, dataset, isOutput: true, first, last })),
];

/**
 * The flow between a dataset and a job at which explicit lineage begins or ends: what that brings to the job meets what the job writes, and what
 * the job reads meets what that takes from it. It is of no account for the picture.
 */
export const custodyOfSide = ({ job, dataset, isOutput, first, last }: JobSide): CustodyFlow => ({
  from: isOutput ? job : dataset,
  to: isOutput ? dataset : job,
  job,
  provenance: "RUN",
  passages: isOutput ? FROM_PASSAGE : TO_PASSAGE,
  first,
  last,
  stands: -Infinity,
});
