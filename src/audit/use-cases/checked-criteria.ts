import { badInput } from "../../platform/errors";
import { datasetUrn, parseDatasetUrn } from "../../protocol/dataset-id";
import { AUDIT_OUTCOMES, type AuditCriteria } from "../model";

/**
 * Criteria in their normal form. Refuses (BAD_USER_INPUT) a dataset that is no dataset's id, an outcome that there is not, and a period that is none: "there
 * is nothing" must not be the answer to a question that was not understood.
 */
export function checkedCriteria<Criteria extends AuditCriteria>(criteria: Criteria): Criteria {
  const { dataset, outcome, from, to } = criteria;
  const name = dataset === undefined ? undefined : parseDatasetUrn(dataset);
  if (dataset !== undefined && name === undefined) throw badInput("dataset: expected the id of a dataset, dataset:<namespace>:<name>");
  if (outcome !== undefined && !(AUDIT_OUTCOMES as readonly string[]).includes(outcome)) throw badInput(`outcome: expected one of ${AUDIT_OUTCOMES.join(", ")}`);
  if (from !== undefined && to !== undefined && from >= to) throw badInput("to: must be later than from");
  return name === undefined ? criteria : { ...criteria, dataset: datasetUrn(name) };
}
