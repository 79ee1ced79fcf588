import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { badInput, notFound } from "../../platform/errors";
import { type Flow, flowId, parseFlowId } from "../flow-ids";
import { jobUrn } from "../job-urn";
import { justAfter } from "../picture-model";
import { findNewestFlowOfJob, findOpenFlowsOfJobs } from "../storage/flow-store";
import { deleteJob, findJobNumbers, hearJobs } from "../storage/job-store";
import { endDeclaredCustody } from "../storage/custody-store";
import { parseJobId } from "./declared-ends";
import { drawFields } from "./draw-fields";
import { drawFlows } from "./draw-flows";
import { endFieldFlow, endFlow } from "./end-flow";
import { nameFlow } from "./name-flow";
import { endEpoch } from "./open-epochs";

export interface RetireLineage {
  readonly actor: string;
  /** `flow:…` or `field-flow:…`, as `declareLineage` answers; or else `job`. */
  readonly id?: string | null;
  readonly job?: string | null;
}

/**
 * Takes out of the picture, from now on, one flow or all flows of a job, which is then deleted; events dated later bring back what they tell.
 * Custody keeps all of it; of a declared flow, that it flowed until now. Answers the flow, of a job the newest. Refuses (BAD_USER_INPUT) both or
 * neither, and what is no such id, (NOT_FOUND) what is not known, or a job without any flow. A no-op where it has ended already.
 * Writes: flows, field_flows, custody_flows, jobs, one audit entry.
 */
export async function retireLineage(deps: Deps, { actor, id, job }: RetireLineage): Promise<Flow> {
  if ((id == null) === (job == null)) throw badInput("input: give either id, of one flow, or job, for all flows of the job");
  return deps.transaction(async (tx) => {
    const { flow, object } = id == null ? await retireJob(tx, job!) : await retireFlow(tx, id);
    if (object !== null) await appendAuditEntry(tx, { action: "lineage.retire-lineage", actor, object });
    return flow;
  });
}

interface Retired {
  readonly flow: Flow;
  /** Null: there was nothing to retire. */
  readonly object: string | null;
}

async function retireFlow(tx: Tx, id: string): Promise<Retired> {
  const parsed = parseFlowId(id);
  if (parsed === undefined) throw badInput(`id: must be ${flowId("flow", 1)} or ${flowId("field-flow", 1)}, with the flow's number`);
  const ended = parsed.level === "flow" ? await endFlow(tx, parsed.number) : await endFieldFlow(tx, parsed.number);
  if (ended === undefined) throw notFound("id: no such flow");
  return { flow: ended.flow, object: ended.changed ? id : null };
}

async function retireJob(tx: Tx, id: string): Promise<Retired> {
  const name = parseJobId("job", id);
  const [job] = await findJobNumbers(tx, [name]);
  if (job === undefined) throw notFound("job: not known");
  const now = tx.now.getTime();
  const cut = Math.max((await hearJobs(tx, [{ number: job.number, at: -Infinity }])).get(job.number)!.cut, justAfter(now));
  const open = await findOpenFlowsOfJobs(tx, [job.number]);
  const newest = await findNewestFlowOfJob(tx, job.number);
  if (newest === undefined) throw notFound("job: no flow of it is known");
  const deleted = await deleteJob(tx, job.number);
  if (deleted || open.length > 0) {
    const epochs = await endEpoch(tx, job.number, cut);
    const custody = await drawFlows(tx, { claims: [], custody: [], knownRuns: [] }, epochs);
    await drawFields(tx, [], [], epochs, custody);
    await endDeclaredCustody(tx, open.filter(({ provenance }) => provenance === "DECLARED"));
  }
  return { flow: await nameFlow(tx, newest), object: deleted || open.length > 0 ? jobUrn(name) : null };
}
