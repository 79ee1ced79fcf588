import { having, TEXT } from "./facet-schema-parts";
import { JOB_LINEAGE } from "./lineage-facet-schemas";
import { OWNERSHIP, tagsWith } from "./shared-facet-schemas";

const EMISSION_PATTERN = having(
  { eventTrigger: TEXT, eventContentMode: TEXT, windowDuration: { type: "integer", minimum: 1 } },
  ["eventTrigger", "eventContentMode"],
);

export const JOB_FACETS = {
  lineage: JOB_LINEAGE,
  ownership: OWNERSHIP,
  tags: tagsWith({}),
  documentation: having({ description: TEXT, contentType: TEXT }, ["description"]),
  jobType: having(
    { processingType: TEXT, integration: TEXT, jobType: TEXT, emissionPattern: EMISSION_PATTERN },
    ["processingType", "integration"],
  ),
  sql: having({ query: TEXT, dialect: TEXT }, ["query"]),
  sourceCode: having({ language: TEXT, sourceCode: TEXT }, ["language", "sourceCode"]),
  sourceCodeLocation: having(
    { type: TEXT, url: TEXT, repoUrl: TEXT, path: TEXT, version: TEXT, tag: TEXT, branch: TEXT, pullRequestNumber: TEXT },
    ["type", "url"],
  ),
};
