/** The nouns of the register, as they are read. */

export const EXECUTORS = ["PARTICIPANT", "OPENDSR", "MANUAL"] as const;
export type Executor = (typeof EXECUTORS)[number];

export const PERSONAL_STATES = ["PERSONAL", "NOT_PERSONAL", "UNCLASSIFIED", "ATTESTED_ANONYMOUS"] as const;
export type PersonalState = (typeof PERSONAL_STATES)[number];

export const PROOF_GRADES = ["G0", "G1", "G2", "G3", "G4"] as const;
export type ProofGrade = (typeof PROOF_GRADES)[number];

export const PROOF_KINDS = ["RECEIPT", "VERIFY", "LIVE", "PROBE"] as const;
export type ProofKind = (typeof PROOF_KINDS)[number];

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What a descriptor says and the register has no member for, by the names of its format. */
export type Properties = { readonly [name: string]: Json };

/** A group of people who own services. */
export interface Team {
  /** As services name it. */
  readonly key: string;
  readonly name: string;
  readonly retiredAt: Date | null;
}

/** A deployable with an owner team and, if orders can reach it, an endpoint. */
export interface Service {
  /** `service:<key>` */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly team: string | null;
  readonly executor: Executor;
  readonly endpointUrl: string | null;
  /** Newest first. */
  readonly publicKeys: readonly string[];
  readonly kinds: readonly string[];
  readonly timeoutMs: number;
  readonly backupHorizon: string | null;
  readonly properties: Properties;
  readonly retiredAt: Date | null;
}

/** A business noun, the unit of ownership. */
export interface Entity {
  /** `entity:<key>` */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string | null;
  readonly domain: string | null;
  readonly identifierTypes: readonly string[];
  readonly retiredAt: Date | null;
}

/** One physical home of data. */
export interface Dataset {
  /** `dataset:<namespace>:<name>`, percent-encoded */
  readonly id: string;
  readonly number: number;
  readonly namespace: string;
  readonly name: string;
  readonly description: string | null;
  readonly serviceKey: string | null;
  readonly identifierTypes: readonly string[];
  /** A server, a path, a region. */
  readonly physicalLocation: string | null;
  /** A word of the company's own: public, internal, confidential, … */
  readonly sensitivity: string | null;
  readonly personal: PersonalState;
  readonly retiredAt: Date | null;
}

export interface Field {
  readonly name: string;
  readonly type: string | null;
  /** Null: unclassified. Empty: declared not personal. */
  readonly categories: readonly string[] | null;
}

/** What people have written about a field. */
export interface FieldNotes {
  readonly description: string | null;
  readonly sensitivity: string | null;
}

/** When each kind of proof was last given for a dataset. */
export interface DatasetProofs {
  readonly receiptAt: Date | null;
  readonly verifyAt: Date | null;
  readonly liveAt: Date | null;
  readonly probeAt: Date | null;
}

/** PERSONAL as soon as one field is; NOT_PERSONAL only if every field is classified and there are any. */
export function personalState(fields: readonly Pick<Field, "categories">[]): PersonalState {
  if (fields.some((field) => field.categories?.some(isPersonalCategory))) return "PERSONAL";
  if (fields.length === 0 || fields.some((field) => field.categories === null)) return "UNCLASSIFIED";
  return "NOT_PERSONAL";
}

const isPersonalCategory = (category: string): boolean => category === "user" || category.startsWith("user.");

/** How long a FOUND proves the verify handler live (DESIGN.md, "Grades of proof"). */
export const LIVE_FOR_MS = 30 * 24 * 60 * 60 * 1000;

/** The grade that the proofs given so far support at `now`. */
export function proofGrade(proofs: DatasetProofs | undefined, now: Date): ProofGrade {
  if (proofs === undefined) return "G0";
  if (proofs.probeAt !== null) return "G4";
  if (proofs.liveAt !== null && now.getTime() - proofs.liveAt.getTime() <= LIVE_FOR_MS) return "G3";
  if (proofs.verifyAt !== null) return "G2";
  return proofs.receiptAt === null ? "G0" : "G1";
}
