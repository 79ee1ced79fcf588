import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import { findFieldsOfDatasets, findNodeNumbers } from "../storage/node-queries";

export type Level = "FIELD" | "DATASET" | "ENTITY" | "SERVICE";

/** Where a walk begins. */
export interface Beginning {
  /** Of datasets, or (level FIELD) of field nodes. */
  readonly numbers: readonly number[];
  /** Of the job, if it is one. */
  readonly job: number | null;
  /** The id as asked where it names one node of the level. */
  readonly alone: string | null;
}

/**
 * Where a walk at level DATASET or FIELD begins for an id; undefined where it names nothing known.
 * Refuses (BAD_USER_INPUT) what is no id, and a job between fields.
 */
export async function findBeginning(reader: Reader, id: string, level: "DATASET" | "FIELD"): Promise<Beginning | undefined> {
  const [dataset = id] = id.split("#");
  const node = level === "DATASET" ? dataset : id;
  const found = await findNodeNumbers(reader, [...new Set([id, node])]);
  const numbers = found.get(node);
  if (numbers === undefined || !found.has(id)) return undefined;
  const isJob = id.startsWith("job:");
  if (isJob && level === "FIELD") throw badInput("Jobs stand between datasets: ask for them at level DATASET");
  if (isJob) return { numbers: [], job: numbers[0]!, alone: null };
  if (level === "DATASET") return { numbers, job: null, alone: null };
  return id.includes("#") ? { numbers, job: null, alone: id } : { numbers: await findFieldsOfDatasets(reader, numbers), job: null, alone: null };
}
