import { findLiveSince } from "../storage/dataset-queries";
import { recordDatasetProofs, withdrawLiveness } from "./record-dataset-proofs";

/** Proofs that what was erased is gone: given and withdrawn in the transactions of the rooms above. */
export const proofs = { findLiveSince, record: recordDatasetProofs, withdrawLiveness } as const;
