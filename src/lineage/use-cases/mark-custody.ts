import { markInCustody } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { listPersonalDatasets } from "../storage/custody-queries";
import { followCustody } from "./follow-custody";

/** Tells the register which datasets may hold copies of personal or unclassified data, so that coverage counts them. Writes: datasets. */
export async function markCustody(deps: Deps): Promise<void> {
  const { trails } = await followCustody(deps.db, await listPersonalDatasets(deps.db), Infinity);
  const numbers = trails.flatMap(({ number, excluded }) => (excluded === null ? [number] : []));
  await deps.transaction((tx) => markInCustody(tx, numbers));
}
