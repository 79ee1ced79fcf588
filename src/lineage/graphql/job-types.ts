import { Field, Float, ID, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { JsonObjectScalar } from "../../platform/graphql/scalars";
import type { Job, ParentRun, ShownRun } from "../job-model";
import { type Facets, type JobRunState, RUN_STATES } from "../model";
import type { Freshness } from "../storage/job-queries";

const JobRunStateEnum = Object.fromEntries(RUN_STATES.map((state) => [state, state])) as Record<JobRunState, JobRunState>;
registerEnumType(JobRunStateEnum, { name: "JobRunState", description: "OPEN: nothing has said yet that it ended." });

@ObjectType("Job", { description: "What moves data: it reads datasets and writes others." })
export class JobType implements Partial<Job> {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true, description: "As its producer documents it." })
  description!: string | null;

  @Field(() => Date, { nullable: true, description: "When it was retired; an event dated later brings it back." })
  deletedAt!: Date | null;
}

@ObjectType("ParentRun", { description: "The run that started another." })
class ParentRunType implements ParentRun {
  @Field(() => ID)
  job!: string;

  @Field(() => ID, { description: "As the producer names it." })
  run!: string;
}

@ObjectType("JobRun")
class JobRunType implements ShownRun {
  @Field(() => ID, { description: "As the producer names it." })
  id!: string;

  @Field(() => JobRunStateEnum)
  state!: JobRunState;

  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;

  @Field(() => Date, { nullable: true })
  endedAt!: Date | null;

  @Field(() => Float, { nullable: true, description: "From its start, or where that is not known its first event, to its end." })
  durationMs!: number | null;

  @Field(() => JsonObjectScalar, { description: "As sent, known or not." })
  facets!: Facets;

  @Field(() => ParentRunType, { nullable: true })
  parent!: ParentRun | null;
}

@ObjectType("DatasetFreshness", { description: "The latest completed run that wrote a dataset." })
export class DatasetFreshnessType implements Freshness {
  @Field(() => Date)
  writtenAt!: Date;

  @Field(() => ID)
  job!: string;

  @Field(() => ID, { description: "As the producer names it." })
  run!: string;
}

export const JobRunConnection = connectionOf(JobRunType, "JobRun");
