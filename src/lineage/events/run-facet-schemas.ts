import { ANY_OBJECT, FLAG, having, listOf, mapOf, TEXT, WHOLE } from "./facet-schema-parts";
import { tagsWith } from "./shared-facet-schemas";

const FACET = { _producer: TEXT, _schemaURL: TEXT };
const RUN = having({ runId: TEXT, facets: mapOf(having(FACET)) }, ["runId"]);
const JOB = having({ namespace: TEXT, name: TEXT, facets: mapOf(having({ ...FACET, _deleted: FLAG })) }, ["namespace", "name"]);

const DEPENDENCIES = listOf(
  having(
    {
      job: having({ namespace: TEXT, name: TEXT }, ["namespace", "name"]),
      run: having({ runId: TEXT }, ["runId"]),
      dependency_type: TEXT,
      sequence_trigger_rule: TEXT,
      status_trigger_rule: TEXT,
    },
    ["job"],
  ),
);

const TEST = having(
  {
    name: TEXT, status: TEXT, severity: TEXT, type: TEXT, description: TEXT,
    expected: TEXT, actual: TEXT, content: TEXT, contentType: TEXT, params: ANY_OBJECT,
  },
  ["name", "status"],
);

export const RUN_FACETS = {
  parent: having({ run: RUN, job: JOB, root: having({ run: RUN, job: JOB }, ["run", "job"]) }, ["run", "job"]),
  nominalTime: having({ nominalStartTime: TEXT, nominalEndTime: TEXT }, ["nominalStartTime"]),
  errorMessage: having({ message: TEXT, programmingLanguage: TEXT, stackTrace: TEXT }, ["message", "programmingLanguage"]),
  processing_engine: having({ version: TEXT, name: TEXT, openlineageAdapterVersion: TEXT }, ["version"]),
  externalQuery: having({ externalQueryId: TEXT, source: TEXT }, ["externalQueryId", "source"]),
  extractionError: having(
    {
      totalTasks: WHOLE,
      failedTasks: WHOLE,
      errors: listOf(having({ errorMessage: TEXT, stackTrace: TEXT, task: TEXT, taskNumber: WHOLE }, ["errorMessage"])),
    },
    ["totalTasks", "failedTasks", "errors"],
  ),
  jobDependencies: having({ upstream: DEPENDENCIES, downstream: DEPENDENCIES, trigger_rule: TEXT }),
  tags: tagsWith({}),
  test: having({ tests: listOf(TEST) }, ["tests"]),
  environmentVariables: having({ environmentVariables: listOf(having({ name: TEXT, value: TEXT }, ["name", "value"])) }, ["environmentVariables"]),
  executionParameters: having({
    parameters: listOf(having({ key: TEXT, name: TEXT, description: TEXT, value: TEXT }, ["key"], { additionalProperties: false })),
  }),
};
