import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { JsonObjectScalar } from "../../platform/graphql/scalars";
import type { Job, ShownRun } from "../job-model";
import type { Facets } from "../model";
import { listRuns } from "../storage/job-queries";
import { readJob } from "../use-cases/read-job";
import { facetsLoader, jobEndsLoader } from "./job-loaders";
import { JobRunConnection, JobType } from "./job-types";

@Resolver(() => JobType)
export class JobResolver {
  @Query(() => JobType, { nullable: true, description: "Null where no job of this id is known." })
  @Requires("lineage:job")
  job(@Ctx() { deps }: RequestContext, @Arg("id", () => ID) id: string): Promise<Job | null> {
    return readJob(deps.db, id);
  }

  @FieldResolver(() => JsonObjectScalar, { description: "The latest of each name as sent, known or not." })
  facets(@Root() { number }: Job, @Ctx() context: RequestContext): Promise<Facets> {
    return context.loader(facetsLoader).load(number);
  }

  @FieldResolver(() => JobRunConnection, { description: "The newest first." })
  runs(@Root() { number }: Job, @Ctx() { deps }: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<ShownRun>> {
    checkPage(page);
    return listRuns(deps.db, number, page);
  }

  @FieldResolver(() => [ID], { description: "What it reads now." })
  async inputs(@Root() { number }: Job, @Ctx() context: RequestContext): Promise<readonly string[]> {
    return (await context.loader(jobEndsLoader).load(number)).inputs;
  }

  @FieldResolver(() => [ID], { description: "What it writes now." })
  async outputs(@Root() { number }: Job, @Ctx() context: RequestContext): Promise<readonly string[]> {
    return (await context.loader(jobEndsLoader).load(number)).outputs;
  }
}
