import type { RequestContext } from "../../platform/graphql/request-context";
import type { ErasureRequest } from "../storage/erasure-queries";
import type { ErasureTask } from "../storage/task-queries";
import { gapsLoader, tasksLoader, urnLoader } from "./erasure-loaders";

export interface PlanView {
  readonly version: number;
  readonly datasets: readonly { readonly dataset: string; readonly path: readonly string[]; readonly reason: string; readonly task: ErasureTask | null }[];
}

/** Every place of the plan and the path that led there, with its task, or the reason why it has none; null until planned. */
export async function viewPlan(context: RequestContext, request: ErasureRequest): Promise<PlanView | null> {
  if (request.planVersion === 0) return null;
  const [tasks, gaps] = await Promise.all([context.loader(tasksLoader).load(request.id), context.loader(gapsLoader).load(request.id)]);
  const urns = await context.loader(urnLoader).loadMany(tasks.map((task) => task.datasetId));
  const planned = tasks.map((task, at) => ({ dataset: urns[at] as string, path: task.path, reason: task.reason, task }));
  const unreached = gaps.filter((gap) => !urns.includes(gap.place)).map((gap) => ({ dataset: gap.place, path: gap.path, reason: gap.reason, task: null }));
  return { version: request.planVersion, datasets: [...planned, ...unreached] };
}
