import { Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { LineageDiff, LineageEdge, LineageGraph, Transformation } from "../lineage-model";
import { readLineage } from "../use-cases/read-lineage";
import { readLineageDiff } from "../use-cases/read-lineage-diff";
import { readPaths } from "../use-cases/read-paths";
import { LineageArgs, LineageDiffArgs, PathsArgs, readLineageOf, readPathsOf } from "./lineage-args";
import { transformationLoader } from "./lineage-loaders";
import { LineageDiffType, LineageEdgeType, LineageGraphType, LineagePathType, TransformationType } from "./lineage-types";

@Resolver(() => LineageEdgeType)
export class LineageResolver {
  @Query(() => LineageGraphType, { description: "How data flows, now or at an instant: what lies upstream or downstream, nearest first, with all flows among that." })
  @Requires("lineage:lineage")
  lineage(@Ctx() { deps }: RequestContext, @Args(() => LineageArgs) args: LineageArgs): Promise<LineageGraph> {
    return readLineage(deps.db, readLineageOf(args));
  }

  @Query(() => [LineagePathType], { description: "Ways by which data comes from one dataset or field to another now. A search for ALL that takes too long ends with those found." })
  @Requires("lineage:paths")
  async paths(@Ctx() { deps }: RequestContext, @Args(() => PathsArgs) args: PathsArgs): Promise<LineagePathType[]> {
    return (await readPaths(deps.db, readPathsOf(args))).map((nodes) => ({ nodes }));
  }

  @Query(() => LineageDiffType, { description: "What came and what went around something between two instants, upstream and downstream: 1,000 nodes of each picture." })
  @Requires("lineage:lineage-diff")
  lineageDiff(@Ctx() { deps }: RequestContext, @Args(() => LineageDiffArgs) args: LineageDiffArgs): Promise<LineageDiff> {
    return readLineageDiff(deps.db, args);
  }

  @FieldResolver(() => [TransformationType], { nullable: true, description: "Of edges between fields: what producers say happens on the way." })
  async transformations(@Root() { fieldFlows }: LineageEdge, @Ctx() context: RequestContext): Promise<Transformation[] | null> {
    if (fieldFlows === undefined) return null;
    const all = (await context.loader(transformationLoader).loadMany([...fieldFlows])).map(orThrow).flat();
    return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
  }
}

function orThrow<Value>(loaded: Value | Error): Value {
  if (loaded instanceof Error) throw loaded;
  return loaded;
}
