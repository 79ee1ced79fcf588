import type { Tx } from "../../platform/database/sql";
import type { FieldEnd } from "../evidence-model";

/** The longest name that a node can have; fields with longer ones have no node. */
const LONGEST_NAME = 512;

export const endText = ({ dataset, field }: FieldEnd): string => `${dataset} ${field}`;

/**
 * The nodes of fields ('' is all of a dataset), by `endText`; those that are missing are made. All of a dataset leads to each of its fields:
 * those that have nodes, and those that the register knows. Writes: field_nodes, field_flows.
 */
export async function numberFields(tx: Tx, ends: readonly FieldEnd[]): Promise<Map<string, number>> {
  const asked = [...new Map(ends.filter(({ field }) => [...field].length <= LONGEST_NAME).map((end) => [endText(end), end])).values()];
  let nodes = await findNodes(tx, asked);
  const missing = asked.filter((end) => !nodes.has(endText(end)));
  if (missing.length === 0) return nodes;
  await insertNodes(tx, missing);
  await completeWholes(tx, missing.map(({ dataset }) => dataset));
  nodes = await findNodes(tx, asked);
  return nodes;
}

/** Takes in fields of datasets of which something flows into all of them. Writes: field_nodes, field_flows. */
export async function numberFieldsOfWholes(tx: Tx, datasets: readonly number[]): Promise<void> {
  const wholes = await tx.query<{ dataset: number }>(
    "findWholes",
    "select n.dataset_id as dataset from field_nodes n where n.dataset_id = any($1::integer[]) and n.name = ''",
    [datasets],
  );
  if (wholes.length > 0) await completeWholes(tx, wholes.map(({ dataset }) => dataset));
}

async function findNodes(tx: Tx, ends: readonly FieldEnd[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: number; dataset: number; field: string }>(
    "findFieldNodes",
    `select n.id, n.dataset_id as dataset, n.name as field from unnest($1::integer[], $2::text[]) as asked (dataset_id, name) join field_nodes n using (dataset_id, name)`,
    [ends.map(({ dataset }) => dataset), ends.map(({ field }) => field)],
  );
  return new Map(rows.map(({ id, ...end }) => [endText(end), id]));
}

const insertNodes = (tx: Tx, ends: readonly FieldEnd[]): Promise<number> =>
  tx.execute(
    "insertFieldNodes",
    `insert into field_nodes (dataset_id, name)
     select dataset_id, name from unnest($1::integer[], $2::text[]) as given (dataset_id, name) order by dataset_id, name on conflict do nothing`,
    [ends.map(({ dataset }) => dataset), ends.map(({ field }) => field)],
  );

/** Under whatever of its names a dataset is known: the register keeps the fields with the dataset itself. */
async function completeWholes(tx: Tx, datasets: readonly number[]): Promise<void> {
  await tx.execute(
    "lockWholes",
    "select from field_nodes n where n.dataset_id = any($1::integer[]) and n.name = '' order by n.id for no key update",
    [datasets],
  );
  await tx.execute(
    "insertNodesOfWholes",
    `insert into field_nodes (dataset_id, name)
     select w.dataset_id, f.name from field_nodes w join datasets d on d.id = w.dataset_id join fields f on f.dataset_id = coalesce(d.merged_into, d.id)
     where w.dataset_id = any($1::integer[]) and w.name = '' and char_length(f.name) <= ${LONGEST_NAME}
       and not exists (select from field_nodes n where n.dataset_id = w.dataset_id and n.name = f.name)
     order by 1, 2 on conflict do nothing`,
    [datasets],
  );
  await tx.execute(
    "insertWithin",
    `insert into field_flows (from_id, to_id, provenance, passages, valid_from, changed_by)
     select w.id, n.id, 'WITHIN', 1, '0001-01-01Z', pg_current_xact_id() from field_nodes w join field_nodes n on n.dataset_id = w.dataset_id and n.name <> ''
     where w.dataset_id = any($1::integer[]) and w.name = ''
       and not exists (select from field_flows f where f.from_id = w.id and f.to_id = n.id and f.provenance = 'WITHIN')
     order by w.id, n.id`,
    [datasets],
  );
}
