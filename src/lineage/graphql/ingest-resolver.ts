import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type LineageIngestReport, recordLineageEvents } from "../use-cases/record-lineage-events";
import { RecordLineageEventsInput } from "./ingest-inputs";
import { LineageIngestReportType } from "./ingest-types";

@Resolver()
export class IngestResolver {
  @Mutation(() => LineageIngestReportType, { description: "Takes OpenLineage events, each by itself; the next read sees what was taken." })
  @Requires("lineage:record-lineage-events")
  recordLineageEvents(
    @Ctx() { deps, caller }: RequestContext,
    @Arg("input", () => RecordLineageEventsInput) input: RecordLineageEventsInput,
  ): Promise<LineageIngestReport> {
    return recordLineageEvents(deps, { actor: caller.principal, events: input.events, strict: input.strict ?? false });
  }
}
