import { type CatalogDataset, datasetUrn, findDatasets } from "../../catalog";
import type { Reader } from "../../platform/database/sql";
import { findStarts } from "./find-starts";
import { type Exclusion, followCustody } from "./follow-custody";

export interface CustodyNode {
  readonly id: string;
  /** From where custody began to the dataset itself, both included. */
  readonly path: readonly string[];
  readonly personal: CatalogDataset["personal"];
  readonly excluded: Exclusion["reason"] | null;
}

export interface Custody {
  readonly datasets: readonly CustodyNode[];
  readonly truncatedAt: readonly string[];
}

/**
 * Every dataset that may hold content of this one: a dataset, an entity (all its datasets) or a field (its dataset).
 * Refuses what `findStarts` refuses.
 */
export async function readCustody(reader: Reader, of: string, first: number): Promise<Custody> {
  const { trails, truncatedAt } = await followCustody(reader, await findStarts(reader, "of", of), first);
  const known = await findDatasets(reader, [...new Set([...trails.flatMap(({ path }) => path), ...truncatedAt])]);
  const idOf = (number: number): string => datasetUrn(known.get(number)!);
  const nodes = trails.map(({ number, path, excluded }): CustodyNode => ({
    id: idOf(number),
    path: path.map(idOf),
    personal: excluded?.reason === "ATTESTED" ? "ATTESTED_ANONYMOUS" : known.get(number)!.personal,
    excluded: excluded?.reason ?? null,
  }));
  return { datasets: nodes, truncatedAt: truncatedAt.map(idOf) };
}
