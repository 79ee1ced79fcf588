import { Field, Int, ObjectType } from "type-graphql";
import type { Fault } from "../events/fault-model";
import type { FailedEvent, IndexedWarning, LineageIngestReport } from "../use-cases/record-lineage-events";

@ObjectType("LineageEventFault", { description: "What is wrong with an event, and where in it." })
class LineageEventFaultType implements Fault {
  @Field(() => String, { description: "JSON path, such as `$.outputs[0].name`." })
  path!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType("FailedLineageEvent")
class FailedLineageEventType implements FailedEvent {
  @Field(() => Int, { description: "Place in what was sent, from 0." })
  index!: number;

  @Field(() => String)
  reason!: string;

  @Field(() => Boolean, { description: "Nothing is wrong with the event: send it again." })
  retriable!: boolean;

  @Field(() => [LineageEventFaultType], { description: "At most 100." })
  faults!: Fault[];
}

@ObjectType("LineageEventWarning", { description: "A known facet that is broken and was set aside." })
class LineageEventWarningType implements IndexedWarning {
  @Field(() => Int, { description: "Place of the event in what was sent, from 0." })
  index!: number;

  @Field(() => String)
  facet!: string;

  @Field(() => String, { description: "JSON path of the facet's first fault." })
  path!: string;

  @Field(() => String)
  message!: string;
}

@ObjectType("LineageIngestReport", { description: "What became of events that were sent." })
export class LineageIngestReportType implements LineageIngestReport {
  @Field(() => Int)
  received!: number;

  @Field(() => Int)
  successful!: number;

  @Field(() => Int)
  failed!: number;

  @Field(() => [FailedLineageEventType])
  failures!: FailedEvent[];

  @Field(() => [LineageEventWarningType])
  warnings!: IndexedWarning[];
}
