import { datasetUrn, findDatasets, planQueries } from "../../catalog";
import { findCopies } from "../../lineage";
import type { Tx } from "../../platform/database/sql";
import type { Candidate, PlannedGap } from "../plan-model";

/** A plan with more copies than this is cut, and says where. */
const MAX_COPIES = 10_000;

/** Where a person may be. */
interface Places {
  readonly candidates: readonly Candidate[];
  /** Where copies lead on beyond what the plan holds. */
  readonly truncated: readonly PlannedGap[];
  /** What the candidates embody. */
  readonly entityKeys: readonly string[];
}

/**
 * The datasets that declare an identifier type of the person, all datasets of the entities that these embody, and every dataset that may hold
 * copies of one of them, whatever has become of the job that brought it there. Nothing is followed from what is attested anonymous.
 */
export async function findPlaces(tx: Tx, identifierTypes: readonly string[]): Promise<Places> {
  const seeds = new Map((await planQueries.findPlanSeeds(tx, identifierTypes)).map((seed) => [seed.dataset.id, seed]));
  const { trails, truncatedAt } = await findCopies(tx, [...seeds.keys()], MAX_COPIES);
  const known = await findDatasets(tx, [...trails.flatMap(({ path }) => path), ...truncatedAt]);
  const urnOf = (number: number): string => datasetUrn(known.get(number)!);

  const begun = [...seeds.values()].map(({ dataset, path }) => ({ dataset, path, reason: path.length === 1 ? "DECLARES_IDENTIFIER" : "EMBODIES_ENTITY" }));
  const reached = trails.filter(({ excluded }) => excluded === null).map(({ number, path: [start, ...steps] }) => ({
    dataset: known.get(number)!, path: [...seeds.get(start!)!.path, ...steps.map(urnOf)], reason: "REACHED_BY_CUSTODY",
  }));
  const places = [...begun, ...reached];
  return {
    candidates: places.map(({ dataset, path, reason }) => ({
      datasetId: dataset.id, urn: datasetUrn(dataset), serviceKey: dataset.serviceKey, identifierTypes: dataset.identifierTypes, path, reason,
    })),
    truncated: truncatedAt.map((number) => ({ place: urnOf(number), reason: "TRUNCATED", path: [urnOf(number)] })),
    entityKeys: [...new Set(places.flatMap(({ dataset }) => dataset.entityKeys))],
  };
}
