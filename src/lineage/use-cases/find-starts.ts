import type { Reader } from "../../platform/database/sql";
import { badInput, notFound } from "../../platform/errors";
import { findNodeNumbers } from "../storage/node-queries";

/**
 * Numbers of the datasets that an argument names: a dataset, an entity (its datasets) or a field (its dataset).
 * Refuses the id of anything else (BAD_USER_INPUT), and of what is not known (NOT_FOUND).
 */
export async function findStarts(reader: Reader, argument: string, id: string): Promise<number[]> {
  if (!/^(dataset|entity):/.test(id)) throw badInput(`${argument}: must be the id of a dataset, an entity or a field`);
  const [whole = id] = id.split("#");
  const found = await findNodeNumbers(reader, [...new Set([id, whole])]);
  if (!found.has(id)) throw notFound(`${argument}: not known`);
  return found.get(whole)!;
}
