import type { Tx } from "../../platform/database/sql";
import { badInput, notFound } from "../../platform/errors";
import type { FieldEnd } from "../evidence-model";
import type { Named } from "../model";
import { parseNodeId } from "../node-ids";
import { findNamedNumber, findNodeNumbers } from "../storage/node-queries";

/**
 * Between which datasets a flow is declared, and between which of their fields; '' at both ends: between the datasets. Each by the number of the
 * name that was given, as events do: if it is taken from the dataset, the flow goes with it.
 */
export interface DeclaredEnds {
  readonly from: FieldEnd;
  readonly to: FieldEnd;
}

/** Refuses (BAD_USER_INPUT) what is not two datasets or two fields, (NOT_FOUND) those that are not known. */
export async function findDeclaredEnds(tx: Tx, from: string, to: string): Promise<DeclaredEnds> {
  const names = { from: parsed("from", from), to: parsed("to", to) };
  if ((names.from.field === "") !== (names.to.field === "")) throw badInput("to: must be a dataset where from is one, and a field where from is one");
  const found = await findNodeNumbers(tx, [...new Set([from, to])]);
  const end = async (member: "from" | "to", id: string): Promise<FieldEnd> => {
    const dataset = await findNamedNumber(tx, names[member]);
    if (dataset === undefined) throw notFound(`${member}: not known; register the dataset first`);
    if (!found.has(id)) throw notFound(`${member}: the dataset has no such field`);
    return { dataset, field: names[member].field };
  };
  return { from: await end("from", from), to: await end("to", to) };
}

/** Of a dataset, with '' as the field. */
function parsed(member: string, id: string): Named & { readonly field: string } {
  const name = parseNodeId(id);
  if (name?.kind === "dataset") return { namespace: name.namespace, name: name.name, field: "" };
  if (name?.kind === "field") return name;
  throw badInput(`${member}: must be dataset:<namespace>:<name>, percent-encoded, or a field of one (…#<field>); an entity's flows are declared dataset by dataset`);
}

/** Refuses (BAD_USER_INPUT) what is no job's id. */
export function parseJobId(member: string, id: string): Named {
  const name = parseNodeId(id);
  if (name?.kind !== "job") throw badInput(`${member}: must be job:<namespace>:<name>, percent-encoded`);
  return { namespace: name.namespace, name: name.name };
}
