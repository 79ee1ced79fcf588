import { ArrayMaxSize } from "class-validator";
import { Field, InputType } from "type-graphql";

const MOST_EVENTS = 10_000;

@InputType("RecordLineageEventsInput")
export class RecordLineageEventsInput {
  @Field(() => [String], { description: `OpenLineage JSON texts, at most ${MOST_EVENTS}.` })
  @ArrayMaxSize(MOST_EVENTS)
  events!: string[];

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Refuse events with a broken known facet, instead of setting the facet aside." })
  strict!: boolean | null;
}
