import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import type { LineageDiff, LineageEdge, LineageGraph, LineageNode, Transformation } from "../lineage-model";

export const DirectionEnum = { UPSTREAM: "UPSTREAM", DOWNSTREAM: "DOWNSTREAM", BOTH: "BOTH" } as const;
registerEnumType(DirectionEnum, { name: "Direction", description: "BOTH: what lies upstream and what lies downstream, but not what else lies downstream of what lies upstream." });

export const LevelEnum = { FIELD: "FIELD", DATASET: "DATASET", ENTITY: "ENTITY", SERVICE: "SERVICE" } as const;
registerEnumType(LevelEnum, { name: "Level", description: "What the nodes are. Entities and services flow into each other as their datasets do, also by way of datasets that belong to none." });

export const PathModeEnum = { SHORTEST: "SHORTEST", ALL: "ALL" } as const;
registerEnumType(PathModeEnum, { name: "PathMode", description: "ALL: every path that comes through no node twice, the shortest first." });

@ObjectType("LineageNode")
export class LineageNodeType implements LineageNode {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: "Steps from where it begins." })
  depth!: number;
}

@ObjectType("LineageTransformation", { description: "What a producer says happens to a field's content on its way." })
export class TransformationType implements Transformation {
  @Field(() => String, { description: "DIRECT, INDIRECT, or as the producer has it." })
  type!: string;

  @Field(() => String, { nullable: true })
  subtype!: string | null;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => Boolean, { nullable: true })
  masking!: boolean | null;
}

@ObjectType("LineageEdge", { description: "All flows from one node to another by one job." })
export class LineageEdgeType implements LineageEdge {
  @Field(() => ID)
  from!: string;

  @Field(() => ID)
  to!: string;

  @Field(() => ID, { nullable: true })
  job!: string | null;

  @Field(() => Boolean, { nullable: true, description: "All that flows is masked." })
  masking!: boolean | null;

  @Field(() => Date, { description: "By event time, of the earliest flow." })
  validFrom!: Date;

  @Field(() => Date, { nullable: true, description: "By event time, of the latest flow; null while it lasts." })
  validTo!: Date | null;

  @Field(() => [String], { description: "How it is known: EXPLICIT, COLUMN, RUN, DECLARED." })
  provenance!: readonly string[];

  /** For `transformations`. */
  fieldFlows?: readonly number[];
}

@ObjectType("LineageGraph")
export class LineageGraphType implements LineageGraph {
  @Field(() => [LineageNodeType], { description: "By depth." })
  nodes!: readonly LineageNode[];

  @Field(() => [LineageEdgeType])
  edges!: readonly LineageEdge[];

  @Field(() => [ID], { description: "Nodes whose further edges were cut, by `depth` or `first`." })
  truncatedAt!: readonly string[];
}

@ObjectType("LineagePath")
export class LineagePathType {
  @Field(() => [ID], { description: "From the first to the last, both included." })
  nodes!: readonly string[];
}

@ObjectType("LineageDiff", { description: "What came and what went between two instants (event time)." })
export class LineageDiffType implements LineageDiff {
  @Field(() => [ID])
  addedNodes!: readonly string[];

  @Field(() => [ID])
  removedNodes!: readonly string[];

  @Field(() => [LineageEdgeType])
  addedEdges!: readonly LineageEdge[];

  @Field(() => [LineageEdgeType])
  removedEdges!: readonly LineageEdge[];

  @Field(() => [ID], { description: "Nodes beyond which was not looked, at either instant." })
  truncatedAt!: readonly string[];
}
