import type { Tx } from "../../platform/database/sql";
import { judge, type Verdict } from "../identity-model";
import type { NameLink } from "../observation-model";
import { datasetUrn } from "../public-ids";
import { type Merge, writeMerges } from "../storage/identity-store";
import { findIdentities, type FoundName } from "../storage/name-queries";
import { reportFinding } from "./report-finding";
import { takeOtherName, uniteDatasets } from "./unite-datasets";

type Names = ReadonlyMap<string, FoundName>;

/** Who decides where an event says that names are one dataset. */
const OBSERVER = "lineage";

/**
 * The links that say something new: names that are unknown, or not known to be one dataset. That two declared datasets are said to be one is
 * reported here; what a person took apart stays apart. One statement where any link is in doubt, none otherwise.
 */
export async function unsettledLinks(tx: Tx, links: readonly NameLink[], found: Names): Promise<NameLink[]> {
  const unknown = links.filter((link) => endsOf(link, found).includes(null));
  const doubtful = links.filter((link) => !unknown.includes(link) && isDoubtful(link, found));
  if (doubtful.length === 0) return unknown;
  const verdicts = await judgeAll(tx, doubtful, found);
  for (const verdict of verdicts) if (verdict.kind === "CONFLICT") await reportConflict(tx, verdict);
  return [...unknown, ...doubtful.filter((_, index) => ["UNITE", "SWAP"].includes(verdicts[index]!.kind))];
}

/**
 * Joins the names of links under `lockDefinitions`; all names are in the register. Those that came in with this observation and say nothing
 * yet become other names at once, the rest one after the other. Answers whether there was anything to join.
 */
export async function joinObservedNames(tx: Tx, links: readonly NameLink[], found: Names, inserted: ReadonlySet<number>): Promise<boolean> {
  const empty = new Set(inserted);
  const roots = new Map([...found.values()].map(({ number, root }) => [number, root!]));
  const joined = new Map<NameLink, Merge>();
  for (const link of links) {
    const [own, other] = endsOf(link, found) as [number, number];
    if (!empty.has(other) || roots.get(own) === other) continue;
    empty.delete(own);
    empty.delete(other);
    roots.set(other, roots.get(own)!);
    joined.set(link, { number: other, root: roots.get(own)!, brought: [], swapped: false });
  }
  for (const reason of ["SYMLINK", "RENAME"] as const) {
    const merges = [...joined].filter(([link]) => link.reason === reason);
    if (merges.length > 0) await writeMerges(tx, merges.map(([, merge]) => merge), { reason, by: OBSERVER, at: latestOf(merges.map(([link]) => link), tx.now) });
  }
  for (const link of links) if (!joined.has(link)) await join(tx, link, found);
  return links.length > 0;
}

/** Both ends as they are named; null: unknown. */
const endsOf = ({ of, other }: NameLink, found: Names): (number | null)[] => [found.get(datasetUrn(of))!.number, found.get(datasetUrn(other))!.number];

/** One dataset already, and not by the name that it had before. */
function isDoubtful({ of, other, reason }: NameLink, found: Names): boolean {
  const [own, their] = [found.get(datasetUrn(of))!, found.get(datasetUrn(other))!];
  return own.root !== their.root || (reason === "RENAME" && their.number === their.root && own.number !== their.number);
}

const latestOf = (links: readonly NameLink[], now: Date): Date => new Date(Math.max(...links.map(({ at }) => (at ?? now).getTime())));

async function judgeAll(tx: Tx, links: readonly NameLink[], found: Names): Promise<Verdict[]> {
  const identities = await findIdentities(tx, links.flatMap((link) => endsOf(link, found) as number[]));
  return links.map((link) => {
    const [own, other] = (endsOf(link, found) as number[]).map((number) => identities.get(number)!);
    return judge(
      { named: own!, root: identities.get(own!.root)! },
      { named: other!, root: identities.get(other!.root)! },
      link.reason,
      link.at ?? tx.now,
    );
  });
}

async function join(tx: Tx, link: NameLink, found: Names): Promise<void> {
  const [verdict] = await judgeAll(tx, [link], found);
  const decision = { reason: link.reason, by: OBSERVER, at: link.at ?? tx.now };
  if (verdict?.kind === "UNITE") await uniteDatasets(tx, verdict, decision);
  if (verdict?.kind === "SWAP") await takeOtherName(tx, verdict, decision);
}

const reportConflict = (tx: Tx, { own, other }: Extract<Verdict, { kind: "CONFLICT" }>): Promise<void> =>
  reportFinding(tx, {
    kind: "IDENTITY_CONFLICT",
    subject: datasetUrn(own),
    serviceKey: own.serviceKey,
    datasetId: own.number,
    message: `an event says that it is the same as ${datasetUrn(other)}; both are declared: merge them, or have the event's producer corrected`,
  });
