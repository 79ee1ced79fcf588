import type { Place } from "../platform/crypto/envelope";

/** A subject's wrapped key opens for its own pid only, an identifier in its own row only: neither can be moved to another person. */
export const keyPlace = (pid: string): Place => ({ table: "subject_keys", column: "wrapped_key", row: pid });
export const identifierPlace = (id: string): Place => ({ table: "subject_identifiers", column: "sealed", row: id });
