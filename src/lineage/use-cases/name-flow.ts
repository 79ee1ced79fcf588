import type { Reader } from "../../platform/database/sql";
import { type Flow, flowId } from "../flow-ids";
import type { FieldRow } from "../storage/field-store";
import type { FlowRow } from "../storage/flow-store";
import { findFieldIds, findNodeIds } from "../storage/node-queries";

/** A row of the picture with public ids. */
export async function nameFlow(reader: Reader, { id, from, to }: FlowRow): Promise<Flow> {
  const ids = await findNodeIds(reader, [from, to]);
  return { id: flowId("flow", id), from: ids.get(from)!, to: ids.get(to)! };
}

export async function nameFieldFlow(reader: Reader, { id, from, to }: FieldRow): Promise<Flow> {
  const ids = await findFieldIds(reader, [from, to]);
  return { id: flowId("field-flow", id), from: ids.get(from)!, to: ids.get(to)! };
}
