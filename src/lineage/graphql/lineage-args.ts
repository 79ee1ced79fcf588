import { ArgsType, Field, ID, Int } from "type-graphql";
import { PlainText } from "../../platform/graphql/plain-text";
import type { ReadLineage } from "../use-cases/read-lineage";
import type { ReadPaths } from "../use-cases/read-paths";
import { DirectionEnum, LevelEnum, PathModeEnum } from "./lineage-types";

/** Jobs' names are longer than datasets'. */
const MAX_NODE_ID_LENGTH = 32_768;

@ArgsType()
export class LineageArgs {
  @Field(() => ID, { description: "A dataset, a job, a field, an entity or a service." })
  @PlainText(MAX_NODE_ID_LENGTH)
  of!: string;

  @Field(() => DirectionEnum)
  direction!: ReadLineage["direction"];

  @Field(() => Int, { nullable: true, defaultValue: 3, description: "Steps. With `includeJobs`, from a dataset to a job is one, too." })
  depth!: number | null;

  @Field(() => LevelEnum, { nullable: true, defaultValue: "DATASET" })
  level!: ReadLineage["level"] | null;

  @Field(() => Date, { nullable: true, description: "The picture at that instant, by event time; the present one by default." })
  asOf?: Date | null;

  @Field(() => Int, { nullable: true, defaultValue: 1000, description: "Nodes, the nearest; those where it begins do not count." })
  first!: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Jobs are nodes, between what they read and what they write; not at the levels ENTITY and SERVICE." })
  includeJobs!: boolean | null;
}

export const readLineageOf = ({ of, direction, depth, level, asOf, first, includeJobs }: LineageArgs): ReadLineage => ({
  of, direction, depth: depth ?? 3, level: level ?? "DATASET", asOf: asOf ?? null, first: first ?? 1000, includeJobs: includeJobs ?? false,
});

@ArgsType()
export class PathsArgs {
  @Field(() => ID, { description: "A dataset or field; an entity or service stands for its datasets." })
  @PlainText(MAX_NODE_ID_LENGTH)
  from!: string;

  @Field(() => ID)
  @PlainText(MAX_NODE_ID_LENGTH)
  to!: string;

  @Field(() => PathModeEnum, { nullable: true, defaultValue: "SHORTEST" })
  mode!: ReadPaths["mode"] | null;

  @Field(() => Int, { nullable: true, defaultValue: 10 })
  first!: number | null;
}

export const readPathsOf = ({ from, to, mode, first }: PathsArgs): ReadPaths => ({ from, to, mode: mode ?? "SHORTEST", first: first ?? 10 });

@ArgsType()
export class LineageDiffArgs {
  @Field(() => ID)
  @PlainText(MAX_NODE_ID_LENGTH)
  of!: string;

  @Field(() => Date)
  from!: Date;

  @Field(() => Date)
  to!: Date;
}
