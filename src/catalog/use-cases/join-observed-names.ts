import type { Tx } from "../../platform/database/sql";
import { judge, type Verdict } from "../identity-model";
import type { NameLink } from "../observation-model";
import { datasetUrn } from "../public-ids";
import { endAttestationsOf } from "../storage/attestation-store";
import { type Merge, writeMerges } from "../storage/identity-store";
import { findIdentities, findNames, type FoundName } from "../storage/name-queries";
import { refreshFindings } from "./refresh-findings";
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
  for (const verdict of verdicts) await reportRefused(tx, verdict);
  return [...unknown, ...doubtful.filter((_, index) => ["UNITE", "SWAP"].includes(verdicts[index]!.kind))];
}

/**
 * Joins the names of links under `lockDefinitions`; all names are in the register. Those that came in with this observation and say nothing
 * yet become other names at once, the rest one after the other, renamings in the order in which they happened. What is attested of a dataset that gets
 * another name ends: nobody has looked at what is there. Answers whether there was anything to join.
 */
export async function joinObservedNames(tx: Tx, links: readonly NameLink[], found: Names, inserted: ReadonlySet<number>): Promise<boolean> {
  const empty = new Set(inserted);
  const roots = new Map([...found.values()].map(({ number, root }) => [number, root!]));
  const joined = new Map<NameLink, Merge>();
  const renamings = links.filter(({ reason }) => reason === "RENAME");
  for (const link of links) {
    const [own, other] = endsOf(link, found) as [number, number];
    // Of several names that were renamed it matters which was first, and of a known one what it stood for.
    if (link.reason === "RENAME" && (renamings.length > 1 || !empty.has(own))) continue;
    if (!empty.has(other) || roots.get(own) === other) continue;
    empty.delete(own);
    empty.delete(other);
    roots.set(other, roots.get(own)!);
    joined.set(link, { number: other, root: roots.get(own)!, brought: [], classified: {} });
  }
  const joinedRoots = [...new Set([...joined.values()].map(({ root }) => root))].filter((root) => !inserted.has(root));
  if (joinedRoots.length > 0 && (await endAttestationsOf(tx, joinedRoots)) > 0) await refreshFindings(tx, { datasetNumbers: joinedRoots });
  for (const reason of ["SYMLINK", "RENAME"] as const) {
    const merges = [...joined].filter(([link]) => link.reason === reason);
    if (merges.length > 0) await writeMerges(tx, merges.map(([, merge]) => merge), { reason, by: OBSERVER, at: latestOf(merges.map(([link]) => link), tx.now) });
  }
  const timeOf = ({ at }: NameLink): number => (at ?? tx.now).getTime();
  for (const link of links.filter((one) => !joined.has(one)).sort((one, other) => timeOf(one) - timeOf(other))) await join(tx, link, inserted);
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

async function join(tx: Tx, link: NameLink, inserted: ReadonlySet<number>): Promise<void> {
  // Anew for each: those before may have renamed what these names stood for.
  const [verdict] = await judgeAll(tx, [link], await findNames(tx, [link.of, link.other]));
  const decision = { reason: link.reason, by: OBSERVER, at: link.at ?? tx.now };
  if (verdict?.kind === "UNITE") await uniteDatasets(tx, { ...verdict, isNew: inserted.has(verdict.number) }, decision);
  if (verdict?.kind === "SWAP") await takeOtherName(tx, verdict, decision);
  if (verdict !== undefined) await reportRefused(tx, verdict);
}

/** Reports what an event says and only a person may decide. */
async function reportRefused(tx: Tx, verdict: Verdict): Promise<void> {
  if (verdict.kind !== "CONFLICT" && verdict.kind !== "TAKEN") return;
  const of = verdict.kind === "CONFLICT" ? verdict.own : verdict.renamed;
  const message =
    verdict.kind === "CONFLICT"
      ? `an event says that it is the same as ${datasetUrn(verdict.other)}; both are declared: merge them, or have the event's producer corrected`
      : `an event says that it was renamed to ${datasetUrn(verdict.name)}, by which another dataset is known: undo the merge of that name if it is free, then rename this one`;
  await reportFinding(tx, { kind: "IDENTITY_CONFLICT", subject: datasetUrn(of), serviceKey: of.serviceKey, datasetId: of.number, message });
}
