import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { Epochs, NO_EPOCHS } from "../epochs-model";
import type { Flow } from "../flow-ids";
import type { Named } from "../model";
import type { FlowKey } from "../picture-row-model";
import { endText, numberFields } from "../storage/field-node-store";
import { findFieldFlows } from "../storage/field-store";
import { findFlows, type FlowRow, writeFlows } from "../storage/flow-store";
import { hearJobs } from "../storage/job-store";
import { lockUnclaimedOutputs } from "../storage/stated-output-store";
import { type DeclaredEnds, findDeclaredEnds, parseJobId } from "./declared-ends";
import { drawFields } from "./draw-fields";
import { drawFlows } from "./draw-flows";
import { nameFieldFlow, nameFlow } from "./name-flow";
import { numberJobs } from "./number-names";

export interface DeclareLineage {
  readonly actor: string;
  /** Two datasets, or two fields. */
  readonly from: string;
  readonly to: string;
  readonly job?: string | null;
}

/**
 * Declares that data flows from one dataset or field to another, from now on: it is in the picture until it is retired, and in custody for ever.
 * A flow between fields is one between their datasets too. Refuses what `findDeclaredEnds` refuses, and (BAD_USER_INPUT) a job's id that is none;
 * a job that is not known is taken in. A no-op where the same is declared already. Writes: flows, field_flows, field_nodes, custody_flows,
 * jobs, one audit entry.
 */
export async function declareLineage(deps: Deps, { actor, from, to, job }: DeclareLineage): Promise<Flow> {
  const jobName = job == null ? null : parseJobId("job", job);
  return deps.transaction(async (tx) => {
    const ends = await findDeclaredEnds(tx, from, to);
    const key = await lockKey(tx, ends, jobName);
    const known = await findDeclared(tx, key, ends);
    if (known !== undefined) return known;
    await declare(tx, key, ends);
    const flow = (await findDeclared(tx, key, ends))!;
    await appendAuditEntry(tx, { action: "lineage.declare-lineage", actor, object: flow.id });
    return flow;
  });
}

/** Nobody else draws the flow before the transaction ends. */
async function lockKey(tx: Tx, { from, to }: DeclaredEnds, jobName: Named | null): Promise<FlowKey> {
  const [job = 0] = jobName === null ? [] : (await numberJobs(tx, [jobName])).values();
  if (job === 0) await lockUnclaimedOutputs(tx, [to.dataset]);
  else await hearJobs(tx, [{ number: job, at: tx.now.getTime() }]);
  return { from: from.dataset, to: to.dataset, job, provenance: "DECLARED" };
}

const isBetweenFields = ({ from }: DeclaredEnds): boolean => from.field !== "";

async function findDeclared(tx: Tx, key: FlowKey, ends: DeclaredEnds): Promise<Flow | undefined> {
  if (!isBetweenFields(ends)) {
    const row = await findStanding(tx, key);
    return row === undefined || row.traits.columns ? undefined : nameFlow(tx, row);
  }
  const nodes = await numberFields(tx, [ends.from, ends.to]);
  const link = { ...key, from: nodes.get(endText(ends.from))!, to: nodes.get(endText(ends.to))! };
  const row = (await findFieldFlows(tx, [link])).find(({ until }) => until === Infinity);
  return row && nameFieldFlow(tx, row);
}

const findStanding = async (tx: Tx, key: FlowKey): Promise<FlowRow | undefined> => (await findFlows(tx, [key])).find(({ until }) => until === Infinity);

/** What is declared between fields alone is told field by field; once it is declared between the datasets, all that they have may flow. */
async function declare(tx: Tx, key: FlowKey, ends: DeclaredEnds): Promise<void> {
  const now = tx.now.getTime();
  const standing = await findStanding(tx, key);
  const columns = isBetweenFields(ends) && standing?.traits.columns !== false;
  const claim = { ...key, standing: "HELD", run: 0, first: now, last: now } as const;
  const epochs = new Epochs(NO_EPOCHS);
  const heard = {
    claims: [{ ...claim, traits: { masking: false, columns, passages: 0 } }],
    custody: [{ ...key, passages: 0, first: now, last: Infinity, stands: now }],
    knownRuns: [],
  };
  const custody = await drawFlows(tx, heard, epochs);
  if (!columns && standing?.traits.columns) await writeFlows(tx, [{ ...standing, traits: { ...standing.traits, columns } }]);
  if (isBetweenFields(ends)) await drawFields(tx, [{ ...claim, ...ends, traits: { masking: false, indirect: false, transformations: [] } }], [], epochs, custody);
}
