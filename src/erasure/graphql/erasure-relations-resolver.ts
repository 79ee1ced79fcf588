import { Args, Ctx, FieldResolver, ID, Resolver, Root } from "type-graphql";
import { serviceId } from "../../catalog";
import { pageOf } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { ErasureRequest } from "../storage/erasure-queries";
import type { ErasureTask } from "../storage/task-queries";
import { computeDeadline } from "../use-cases/compute-deadline";
import { gapsLoader, noticesLoader, partsLoader, quarantineLoader, tasksLoader, urnLoader, verificationsLoader } from "./erasure-loaders";
import { viewPlan } from "./erasure-plan-view";
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
  plan(@Root() request: ErasureRequest, @Ctx() context: RequestContext) {
    return viewPlan(context, request);
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
