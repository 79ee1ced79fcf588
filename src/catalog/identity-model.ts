import { distinct } from "./entity-model";
import { type Field, personalState } from "./model";
import type { DatasetName } from "./public-ids";

export type IdentityReason = "MERGE" | "SYMLINK" | "RENAME" | "ALIAS";

/** A row of the register as far as it matters whether it is a dataset or another name of one. */
export interface Identity extends DatasetName {
  readonly number: number;
  /** Of the dataset whose name it is; of a dataset, its own. */
  readonly root: number;
  /** Hosted, declared by a source, or told what it embodies or identifies: somebody has said what it is. */
  readonly declared: boolean;
  readonly serviceKey: string | null;
  /** How it became another name, or ceased to be one, and when that was said. */
  readonly reason: IdentityReason | "UNDONE" | null;
  readonly decidedAt: Date | null;
  /** Datasets from which a person has taken this one apart, or one of its names. */
  readonly apartFrom: readonly number[];
  /** Events say of it what was not heard: an IDENTITY_CONFLICT is open. */
  readonly disputed: boolean;
}

/** A name and the dataset that it stands for. */
export interface NamedIdentity {
  readonly named: Identity;
  readonly root: Identity;
}

/** What becomes of two names of which an event says that they are one dataset. */
export type Verdict =
  | { readonly kind: "NOTHING" }
  /** Only people may say that they are one: both are declared. */
  | { readonly kind: "CONFLICT"; readonly own: Identity; readonly other: Identity }
  /** `renamed` has the name of what was another dataset until then, or is in dispute itself: nobody knows which of the two goes by it. */
  | { readonly kind: "TAKEN"; readonly renamed: Identity; readonly name: Identity }
  /** `number` becomes another name of `root`, which takes its name where they swap. */
  | { readonly kind: "UNITE"; readonly root: number; readonly number: number; readonly swap: boolean }
  /** One already: the dataset takes the name of `number`, another name of it. */
  | { readonly kind: "SWAP"; readonly root: number; readonly number: number };

const NOTHING = { kind: "NOTHING" } as const;

/**
 * SYMLINK: the two are one. RENAME: and from `at` on it goes by the name of `own`. The declared one stays, else the older; what a person took
 * apart stays apart, whatever names the two have got since, and an earlier renaming undoes no later one. A name that another dataset has had before is not
 * known to be free again (blue/green: `t` becomes `t_old`, `t_new` becomes `t`): who is renamed to it becomes no part of that one.
 */
export function judge(own: NamedIdentity, other: NamedIdentity, reason: "SYMLINK" | "RENAME", at: Date): Verdict {
  if (own.root.number === other.root.number) {
    const goesByOld = reason === "RENAME" && other.named.number === other.root.number && own.named.number !== other.named.number;
    const wasRenamedSince = own.named.reason === "RENAME" && own.named.decidedAt !== null && own.named.decidedAt >= at;
    return goesByOld && !wasRenamedSince ? { kind: "SWAP", root: own.root.number, number: own.named.number } : NOTHING;
  }
  if (own.root.apartFrom.includes(other.root.number) || other.root.apartFrom.includes(own.root.number)) return NOTHING;
  if (reason === "RENAME" && (isFormerName(own.named, at) || own.root.disputed)) return { kind: "TAKEN", renamed: other.root, name: own.named };
  if (own.root.declared && other.root.declared) return { kind: "CONFLICT", own: own.root, other: other.root };
  const older = own.root.number < other.root.number ? own.root : other.root;
  const root = own.root.declared ? own.root : other.root.declared ? other.root : older;
  const number = root === own.root ? other.root.number : own.root.number;
  return { kind: "UNITE", root: root.number, number, swap: reason === "RENAME" && root === other.root };
}

/** A dataset had this name until it was renamed, and that was before `at`. */
const isFormerName = ({ number, root, reason, decidedAt }: Identity, at: Date): boolean =>
  number !== root && reason === "RENAME" && decidedAt !== null && decidedAt <= at;

/** Hosted by two services: not even a person may say that they are one. */
export const areRivals = (one: Identity, other: Identity): boolean => one.serviceKey !== null && other.serviceKey !== null && one.serviceKey !== other.serviceKey;

const standing = ({ serviceKey, declared }: Identity): number => (serviceKey !== null ? 2 : declared ? 1 : 0);

/** How a dataset becomes one with `into`, and goes by its name: what more is said of stays, so that nothing declared is lost. */
export const unionOf = (dataset: Identity, into: Identity): { readonly root: number; readonly number: number; readonly swap: boolean } =>
  standing(dataset) > standing(into)
    ? { root: dataset.number, number: into.number, swap: true }
    : { root: into.number, number: dataset.number, swap: false };

/** What a field of a dataset is that two datasets have. What one of them alone has classified as not personal stays unclassified: the other may hold anything. */
export function categoriesOfBoth(one: Field["categories"], other: Field["categories"]): Field["categories"] {
  if (one !== null && other !== null) return distinct([...one, ...other]);
  const known = one ?? other;
  return personalState([{ categories: known }]) === "PERSONAL" ? known : null;
}
