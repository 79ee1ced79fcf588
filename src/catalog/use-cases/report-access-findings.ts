import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { dayOf } from "../coverage-model";
import type { ReportedAccessKind } from "../finding-model";
import { type DatasetName, datasetUrn, parseDatasetUrn, serviceKeyOf } from "../public-ids";
import { findUsesWithoutRole, listReportedUses, listUnresolved, type ReportedUse } from "../storage/access-finding-queries";
import { openFinding, resolveOpenFinding } from "../storage/finding-store";
import { findDatasetIds } from "../storage/plan-queries";
import { findServices } from "../storage/service-queries";
import { holdSilences } from "../storage/silence-store";

const KINDS = ["ACCESS_WITHOUT_PURPOSE", "ACCESS_WITHOUT_ROLE", "UNKNOWN_DATASET_ACCESSED"] as const satisfies readonly ReportedAccessKind[];
/** What was reported longer ago than this is no finding any more. */
const DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A reporter that makes up names must not flood the list. */
const MOST_UNKNOWN = 1_000;

interface Wanted {
  readonly kind: ReportedAccessKind;
  readonly subject: string;
  readonly serviceKey: string | null;
  readonly datasetId: number | null;
  readonly message: string;
}

/**
 * Makes the findings equal to what services report of their accesses in the last 30 days: without a purpose, by a service that neither hosts the
 * dataset nor has a role towards what it embodies, or of a dataset that nobody knows. Resolved when none of this was reported for so long, or the role
 * is held. Writes: findings, and only those that differ.
 */
export async function reportAccessFindings(deps: Deps): Promise<void> {
  const since = new Date(deps.clock.now().getTime() - (DAYS - 1) * DAY_MS);
  const wanted = await findWanted(deps, await listReportedUses(deps.db, dayOf(since)));
  const open = new Map((await listUnresolved(deps.db, KINDS)).map((finding) => [keyOf(finding), finding]));
  const news = [...wanted.values()].filter((finding) => open.get(keyOf(finding))?.message !== finding.message);
  const gone = [...open.values()].filter((finding) => !wanted.has(keyOf(finding)));
  if (news.length + gone.length > 0) await deps.transaction((tx) => write(tx, news, gone));
}

const keyOf = ({ kind, subject }: Pick<Wanted, "kind" | "subject">): string => `${kind} ${subject}`;

async function findWanted({ db }: Deps, uses: readonly ReportedUse[]): Promise<Map<string, Wanted>> {
  const names = uses.map(({ dataset }) => parseDatasetUrn(dataset));
  const numbers = await findDatasetIds(db, names.filter((name): name is DatasetName => name !== undefined));
  const services = await findServices(db, [...new Set(uses.flatMap(({ reporter }) => (isService(reporter) ? [serviceKeyOf(reporter)] : [])))]);
  const known = uses.map((use, place) => {
    const key = isService(use.reporter) ? serviceKeyOf(use.reporter) : undefined;
    const dataset = names[place] === undefined ? use.dataset : datasetUrn(names[place]);
    return { ...use, dataset, serviceKey: key !== undefined && services.has(key) ? key : null, datasetId: numbers.get(dataset) ?? null };
  });
  const judged = known.flatMap(({ serviceKey, datasetId }) => (serviceKey !== null && datasetId !== null ? [{ serviceKey, dataset: datasetId }] : []));
  const withoutRole = await findUsesWithoutRole(db, judged);
  const strangers = new Set(judged.filter((_use, place) => withoutRole.has(place)).map(({ serviceKey, dataset }) => `${serviceKey} ${dataset}`));

  const unknownOf = new Map<string, number>();
  const wanted = known.flatMap(({ reporter, dataset, withoutPurposeOn, serviceKey, datasetId }): Wanted[] => {
    const found = (kind: ReportedAccessKind, message: string): Wanted => ({ kind, message, serviceKey, datasetId, subject: isService(reporter) ? `${reporter}#${dataset}` : dataset });
    const findings: Wanted[] = [];
    if (withoutPurposeOn !== null) findings.push(found("ACCESS_WITHOUT_PURPOSE", `accesses are reported without a purpose, the last of them on ${withoutPurposeOn}`));
    if (strangers.has(`${serviceKey} ${datasetId}`)) findings.push(found("ACCESS_WITHOUT_ROLE", "accesses it, but neither hosts it nor holds a role towards an entity that it embodies"));
    if (datasetId === null) {
      const unknown = (unknownOf.get(reporter) ?? 0) + 1;
      unknownOf.set(reporter, unknown);
      if (unknown <= MOST_UNKNOWN) findings.push(found("UNKNOWN_DATASET_ACCESSED", "accesses to it are reported, but nobody has registered or observed it"));
    }
    return findings;
  });
  return new Map(wanted.map((finding) => [keyOf(finding), finding]));
}

const isService = (reporter: string): boolean => reporter.startsWith("service:");

async function write(tx: Tx, news: readonly Wanted[], gone: readonly Pick<Wanted, "kind" | "subject">[]): Promise<void> {
  await holdSilences(tx);
  for (const finding of news) await openFinding(tx, finding);
  for (const { kind, subject } of gone) await resolveOpenFinding(tx, kind, subject);
}
