import { Args, Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import { serviceId } from "../../catalog";
import { pageOf } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { ErasureRequest } from "../storage/erasure-queries";
import type { ErasureTask } from "../storage/task-queries";
import { computeDeadline } from "../use-cases/compute-deadline";
import { gapsLoader, noticesLoader, partsLoader, quarantineLoader, tasksLoader, urnLoader, verificationsLoader } from "./erasure-loaders";
import {
  DeadlineType, ErasurePlanType, ErasureRequestType, ErasureTaskConnection, ErasureTaskType, GapType, OutcomePartType, QuarantinedIdentifierType, VerificationType,
} from "./erasure-types";

@Resolver(() => ErasureRequestType)
export class ErasureRequestRelations {
  @FieldResolver(() => DeadlineType)
  async deadline(@Root() request: ErasureRequest, @Ctx() context: RequestContext) {
    return computeDeadline(context.deps, request, await context.loader(noticesLoader).load(request.id));
  }

  @FieldResolver(() => ErasurePlanType, { nullable: true, description: "Null until planned." })
  async plan(@Root() request: ErasureRequest, @Ctx() context: RequestContext) {
    if (request.planVersion === 0) return null;
    const [tasks, gaps] = await Promise.all([context.loader(tasksLoader).load(request.id), context.loader(gapsLoader).load(request.id)]);
    const urns = await Promise.all(tasks.map((task) => context.loader(urnLoader).load(task.datasetId)));
    const planned = tasks.map((task, at) => ({ dataset: urns[at], path: task.path, reason: task.reason, task }));
    const unreached = gaps.filter((gap) => !urns.includes(gap.place)).map((gap) => ({ dataset: gap.place, path: gap.path, reason: gap.reason, task: null }));
    return { version: request.planVersion, datasets: [...planned, ...unreached] };
  }

  @FieldResolver(() => ErasureTaskConnection)
  async tasks(@Root() request: ErasureRequest, @Ctx() context: RequestContext, @Args(() => PageArgs) page: PageArgs) {
    return pageOf(await context.loader(tasksLoader).load(request.id), page, (task) => [task.id]);
  }

  @FieldResolver(() => [GapType])
  async gaps(@Root() request: ErasureRequest, @Ctx() context: RequestContext) {
    return (await context.loader(gapsLoader).load(request.id)).map((gap) => ({ dataset: gap.place, reason: gap.reason }));
  }

  @FieldResolver(() => [QuarantinedIdentifierType])
  quarantined(@Root() request: ErasureRequest, @Ctx() context: RequestContext) {
    return context.loader(quarantineLoader).load(request.pid);
  }
}

@Resolver(() => ErasureTaskType)
export class ErasureTaskRelations {
  @FieldResolver(() => ID)
  dataset(@Root() task: ErasureTask, @Ctx() context: RequestContext) {
    return context.loader(urnLoader).load(task.datasetId);
  }

  @FieldResolver(() => ID, { nullable: true })
  service(@Root() task: ErasureTask) {
    return serviceId(task.serviceKey);
  }

  @FieldResolver(() => [OutcomePartType])
  parts(@Root() task: ErasureTask, @Ctx() context: RequestContext) {
    return context.loader(partsLoader).load(task.id);
  }

  @FieldResolver(() => [VerificationType])
  verifications(@Root() task: ErasureTask, @Ctx() context: RequestContext) {
    return context.loader(verificationsLoader).load(task.id);
  }
}
