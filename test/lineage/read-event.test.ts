import type { LineageEvent } from "../../src/lineage/event-model";
import type { Fault, Warning } from "../../src/lineage/events/fault-model";
import { readEvent } from "../../src/lineage/events/read-event";
import { FIXTURES_ARE_THERE, readFixture } from "./acceptance/fixture-files";
import { fixtureEvents } from "./support/fixture-events";

const HEAD = { eventTime: "2026-03-02T09:00:00Z", producer: "https://etl.example", schemaURL: "RunEvent" };
const JOB = { namespace: "airflow", name: "load" };
const run = (more: object = {}) => ({ ...HEAD, eventType: "COMPLETE", run: { runId: "r" }, job: JOB, ...more });
const place = (name: string, facets: object = {}) => ({ namespace: "POSTGRESQL://Db:5432", name, facets });
const at = (name: string) => ({ namespace: "postgres://db:5432", name });
const writing = (facets: object, job: object = {}) => run({ job: { ...JOB, facets: job }, outputs: [place("out", facets)] });

function taken(value: unknown, strict = false): LineageEvent {
  const answer = readEvent(value, strict);
  if (answer.faults !== undefined) throw new Error(JSON.stringify(answer.faults));
  return answer.event;
}
const warningsOf = (value: unknown): readonly Warning[] | undefined => {
  const answer = readEvent(value, false);
  return answer.faults === undefined ? answer.warnings : undefined;
};
const faultsOf = (value: unknown, strict = false): readonly Fault[] | undefined => readEvent(value, strict).faults;
const pathsOf = (value: unknown): string[] | undefined => faultsOf(value)?.map(({ path }) => path);

describe("the kind of an event follows from its members", () => {
  test.each([
    ["run and job", run(), "RUN"],
    ["a job alone", { ...HEAD, job: JOB, eventType: "COMPLETE" }, "JOB"],
    ["a dataset alone", { ...HEAD, dataset: place("d") }, "DATASET"],
  ])("%s", (_, value, kind) => {
    expect(taken(value).kind).toBe(kind);
  });

  test.each([
    ["none of them", HEAD, ["$.job"]],
    ["a run without its job", { ...HEAD, run: { runId: "r" } }, ["$.job"]],
    ["a job and a dataset", { ...HEAD, job: JOB, dataset: place("d") }, ["$"]],
    ["a list", [], ["$"]],
    ["nothing", null, ["$"]],
  ])("%s is refused", (_, value, paths) => {
    expect(pathsOf(value)).toEqual(paths);
  });

  test("a job event without inputs says nothing of them, with an empty list it says that there are none", () => {
    expect(taken({ ...HEAD, job: JOB, outputs: [] })).toMatchObject({ inputs: null, outputs: [] });
  });
});

describe("a broken core", () => {
  test("is refused with the path of every fault", () => {
    const value = { eventTime: 5, eventType: "DONE", run: { facets: [] }, job: { namespace: "n", name: 1 }, inputs: [{ namespace: "n" }], schemaURL: "s" };
    expect(pathsOf(value)?.sort()).toEqual(["$.eventTime", "$.eventType", "$.job.name", "$.producer", "$.run.facets", "$.run.runId"]);
    expect(pathsOf(run({ inputs: [place("a"), { namespace: "n" }], outputs: [5] }))).toEqual(["$.inputs[1].name", "$.outputs[0]"]);
    expect(pathsOf(run({ inputs: [{ ...place("a"), facets: { "my facet": 5, schema: [] } }] }))).toEqual(["$.inputs[0].facets['my facet']", "$.inputs[0].facets.schema"]);
  });

  test("is told with at most a hundred faults", () => {
    expect(faultsOf(run({ inputs: Array.from({ length: 200_000 }, () => 1) }))).toHaveLength(100);
  });

  test("never repeats a value", () => {
    expect(JSON.stringify(faultsOf({ eventTime: "ada@example.org", eventType: "ada@example.org", run: "ada@example.org", job: JOB }))).not.toContain("ada");
  });

  test.each([
    ["a NUL character in a dataset's name", run({ inputs: [place("a\0b")] }), "$.inputs[0].name"],
    ["half a surrogate pair in a namespace", run({ inputs: [{ namespace: "n\ud800", name: "a" }] }), "$.inputs[0].namespace"],
    ["an empty name", run({ job: { namespace: "n", name: "" } }), "$.job.name"],
    ["a dataset's name of 513 characters", run({ outputs: [place("é".repeat(513))] }), "$.outputs[0].name"],
    ["a dataset's name of 1,025 bytes", run({ outputs: [place("€".repeat(342))] }), "$.outputs[0].name"],
    ["a job's name of 2,049 characters", run({ job: { namespace: "n", name: "j".repeat(2049) } }), "$.job.name"],
    ["a run's id of 513 characters", run({ run: { runId: "r".repeat(513) } }), "$.run.runId"],
    ["a NUL character in a facet's name", run({ run: { runId: "r", facets: { "a\0": {} } } }), "$.run.facets['a\\u0000']"],
  ])("%s is one", (_, value, path) => {
    expect(pathsOf(value)).toEqual([path]);
  });

  test("names of 512 characters, in any script and with every separator, are none", () => {
    const name = "ä/b.c:d|e'f\"g\\h#i?j%k l\u202e😀,;=&@".padEnd(512, "x");
    expect(taken(run({ inputs: [place(name)] })).inputs).toMatchObject([at(name)]);
  });
});

describe("the time of an event", () => {
  test.each([
    ["2026-03-02T09:00:00Z", "2026-03-02T09:00:00.000Z"],
    ["2026-03-02T09:00:00", "2026-03-02T09:00:00.000Z"],
    ["2020-12-28T19:52:00.001+10:00", "2020-12-28T09:52:00.001Z"],
    ["2026-03-02T09:00:00.123456789-0330", "2026-03-02T12:30:00.123Z"],
    ["2026-03-02T09:00Z[UTC]", "2026-03-02T09:00:00.000Z"],
    ["2026-03-02 09:00:00.5+01", "2026-03-02T08:00:00.500Z"],
    ["1900-01-01T00:00:00Z", "1900-01-01T00:00:00.000Z"],
    ["3000-12-31T23:59:59.999Z", "3000-12-31T23:59:59.999Z"],
    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  ])("%s is %s", (eventTime, instant) => {
    expect(taken(run({ eventTime })).at.toISOString()).toBe(instant);
  });

  test.each(["", "yesterday", "2026-02-30T09:00:00Z", "2026-03-02T24:00:00Z", "1899-12-31T23:59:59Z", "3001-01-01T00:00:00Z", "2026-03-02", "1772442000000"])("%j is none", (eventTime) => {
    expect(pathsOf(run({ eventTime }))).toEqual(["$.eventTime"]);
  });
});

describe("a known facet that is broken", () => {
  const broken = run({ outputs: [place("out", { schema: { fields: [{ name: "a" }, { type: "text" }] }, custom: { fields: 5 } })] });

  test("is set aside with a warning; unknown ones are kept as they are", () => {
    expect(warningsOf(broken)).toEqual([{ facet: "schema", path: "$.outputs[0].facets.schema.fields[1].name", message: "is missing" }]);
    expect(taken(broken).outputs).toMatchObject([{ fields: null, facets: { custom: { fields: 5 } } }]);
    expect(Object.keys(taken(broken).outputs?.[0]?.facets ?? {})).toEqual(["custom"]);
  });

  test("refuses the event where that is asked for", () => {
    expect(faultsOf(broken, true)).toEqual([{ path: "$.outputs[0].facets.schema.fields[1].name", message: "is missing" }]);
    expect(faultsOf(run({ outputs: [place("out", { custom: { fields: 5 } })] }), true)).toBeUndefined();
  });

  test("may be one whose names cannot be stored", () => {
    expect(warningsOf(writing({ schema: { fields: [{ name: "a\0" }] } }))).toMatchObject([{ path: "$.outputs[0].facets.schema.fields[0].name" }]);
    expect(warningsOf(writing({ columnLineage: { fields: { "a\ud800": { inputFields: [] } } } }))).toMatchObject([{ facet: "columnLineage" }]);
    const deep = { name: "a".repeat(300), fields: [{ name: "b".repeat(300) }] };
    expect(warningsOf(writing({ schema: { fields: [deep] } }))).toMatchObject([{ facet: "schema" }]);
  });

  test("or any facet that nobody could work on", () => {
    let nested: unknown = {};
    for (let level = 0; level < 100_000; level += 1) nested = { nested };
    expect(warningsOf(writing({ custom: nested }))).toMatchObject([{ facet: "custom" }]);
  });
});

test("texts in facets that cannot be stored are mended", () => {
  const facets = { errorMessage: { message: "a\0b\ud800", programmingLanguage: "Java", more: ["c\0"] } };
  expect(taken(run({ run: { runId: "r", facets } })).run?.facets.errorMessage).toMatchObject({ message: "a\uFFFDb\uFFFD", more: ["c\uFFFD"] });
});

test("facets that clients named after what every object has are facets like any other", () => {
  const facets = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": { "b": 2 }, "schema": { "fields": 5 } }') as object;
  expect(Object.keys(taken(writing(facets)).outputs?.[0]?.facets ?? {})).toEqual(["__proto__", "constructor"]);
});

describe("a schema facet", () => {
  test("names nested fields by their dotted paths, each once", () => {
    const fields = [{ name: "id", type: "int", description: "the key" }, { name: "address", type: "struct", fields: [{ name: "city" }, { name: "geo", fields: [{ name: "lat" }] }] }, { name: "id", type: "text" }];
    expect(taken(writing({ schema: { fields } })).outputs?.[0]?.fields).toEqual([
      { name: "id", type: "int", description: "the key" },
      { name: "address", type: "struct", description: null },
      ...["address.city", "address.geo", "address.geo.lat"].map((name) => ({ name, type: null, description: null })),
    ]);
  });

  test("that was deleted has no fields, one without fields says nothing", () => {
    expect(taken(writing({ schema: { _deleted: true } })).outputs?.[0]?.fields).toEqual([]);
    expect(taken(writing({ schema: {} })).outputs?.[0]?.fields).toBeNull();
  });
});

test("symlinks are other names, each once, without the dataset's own", () => {
  const identifiers = ["out", "other", "other"].map((name) => ({ ...place(name), type: "TABLE" }));
  expect(taken(writing({ symlinks: { identifiers } })).outputs?.[0]?.symlinks).toEqual([at("other")]);
});

test("a rename tells the former name, other changes do not", () => {
  const change = (kind: string) => taken(writing({ lifecycleStateChange: { lifecycleStateChange: kind, previousIdentifier: place("former") } })).outputs?.[0]?.change;
  expect(change("RENAME")).toEqual({ kind: "RENAME", previous: at("former") });
  expect(change("TRUNCATE")).toEqual({ kind: "TRUNCATE", previous: null });
});

describe("a columnLineage facet", () => {
  const from = (field: string, transformations?: object[]) => ({ ...place("in"), field, transformations });
  const MASKED = { type: "DIRECT", masking: true };
  const PLAIN = { type: "DIRECT", masking: false };
  const FILTER = { type: "INDIRECT", subtype: "FILTER" };
  const stated = (columnLineage: object) => taken(writing({ columnLineage })).stated;
  const linkOf = (transformations?: object[], more: object = {}) => stated({ fields: { a: { inputFields: [from("x", transformations)], ...more } } })[0]?.links[0];

  test("states links from field to field, and by `dataset` from a field to the whole", () => {
    expect(stated({ fields: { a: { inputFields: [from("x")] } }, dataset: [from("y", [FILTER])] })).toEqual([{
      provenance: "COLUMN", target: { kind: "DATASET", ...at("out") }, byJob: true, deleted: false,
      sources: [{ kind: "DATASET", ...at("in"), masking: false, columns: true }],
      links: [
        { from: at("in"), fromField: "x", toField: "a", masking: false, indirect: false, transformations: [] },
        { from: at("in"), fromField: "y", toField: "", masking: false, indirect: true, transformations: [FILTER] },
      ],
    }]);
  });

  test.each([
    ["every direct one masks", [MASKED, MASKED, FILTER], { masking: true, indirect: false }],
    ["one direct one does not", [MASKED, PLAIN], { masking: false, indirect: false }],
    ["only indirect ones, and all mask", [{ ...FILTER, masking: true }], { masking: true, indirect: true }],
    ["only indirect ones", [FILTER], { masking: false, indirect: true }],
    ["there are none", [], { masking: false, indirect: false }],
  ])("a link masks, or is indirect, by its transformations: %s", (_, transformations, effect) => {
    expect(linkOf(transformations)).toMatchObject(effect);
  });

  test("takes the deprecated type of transformation where there is no other", () => {
    expect(linkOf(undefined, { transformationType: "MASKED" })).toMatchObject({ masking: true });
    expect(linkOf(undefined, { transformationType: "IDENTITY" })).toMatchObject({ masking: false });
    expect(linkOf([PLAIN], { transformationType: "MASKED" })).toMatchObject({ masking: false });
  });

  test("masks a source only if all links from it are masked", () => {
    const fields = (second: object) => ({ fields: { a: { inputFields: [from("x", [MASKED])] }, b: { inputFields: [from("x", [second])] } } });
    expect(stated(fields(MASKED))[0]?.sources).toMatchObject([{ masking: true }]);
    expect(stated(fields(PLAIN))[0]?.sources).toMatchObject([{ masking: false }]);
  });

  test("that is empty states nothing; deleted, it takes back what it stated", () => {
    expect(stated({ fields: {} })).toEqual([]);
    expect(stated({ _deleted: true })).toMatchObject([{ provenance: "COLUMN", target: at("out"), byJob: true, deleted: true, sources: [] }]);
  });

  test("of an input or of a dataset event speaks for no job", () => {
    const columnLineage = { fields: { a: { inputFields: [from("x")] } } };
    expect(taken(run({ inputs: [place("out", { columnLineage })] })).stated).toMatchObject([{ byJob: false }]);
    expect(taken({ ...HEAD, dataset: place("out", { columnLineage }) }).stated).toMatchObject([{ byJob: false }]);
  });
});

describe("an explicit lineage facet", () => {
  const input = (name: string, more: object = {}) => ({ ...place(name), type: "DATASET", ...more });

  test("of a dataset states its sources, field by field and as a whole", () => {
    const lineage = { inputs: [input("in"), input("lookup", { field: "code" }), { type: "JOB" }], fields: { a: { inputs: [input("in", { field: "x", transformations: [{ type: "DIRECT", masking: true }] })] } } };
    expect(taken(writing({ lineage })).stated).toMatchObject([{
      provenance: "EXPLICIT", target: at("out"), byJob: true,
      sources: [
        { kind: "DATASET", ...at("in"), masking: true, columns: true },
        { kind: "DATASET", ...at("lookup"), masking: false, columns: true },
        { kind: "JOB", ...JOB, masking: false, columns: false },
      ],
      links: [{ fromField: "code", toField: "" }, { fromField: "x", toField: "a", masking: true }],
    }]);
  });

  test("that has a dataset flow in unmasked as a whole is not told by the masked field of it", () => {
    const lineage = { inputs: [input("in", { transformations: [{ type: "DIRECT", masking: false }] })], fields: { a: { inputs: [input("in", { field: "x", transformations: [{ type: "DIRECT", masking: true }] })] } } };
    expect(taken(writing({ lineage })).stated).toMatchObject([{ sources: [{ masking: false, columns: false }] }]);
  });

  test("with an empty list says that nothing flows in, with no list it says nothing", () => {
    expect(taken(writing({ lineage: { inputs: [] } })).stated).toMatchObject([{ provenance: "EXPLICIT", sources: [] }]);
    expect(taken(writing({ lineage: {} })).stated).toEqual([]);
  });

  test("of a job states the sources of each entry; without a name the event's own job is meant", () => {
    const entries = [{ ...input("a"), inputs: [{ type: "JOB", namespace: "n", name: "other" }] }, { type: "JOB", inputs: [input("b")] }];
    expect(taken(writing({}, { lineage: { entries } })).stated).toMatchObject([
      { target: { kind: "DATASET", ...at("a") }, byJob: true, sources: [{ kind: "JOB", namespace: "n", name: "other" }] },
      { target: { kind: "JOB", ...JOB }, byJob: true, sources: [{ kind: "DATASET", ...at("b") }] },
    ]);
  });

  test("of a job and of its output together are one statement", () => {
    const entries = [{ ...input("out"), inputs: [input("b")] }];
    expect(taken(writing({ lineage: { inputs: [input("a")] } }, { lineage: { entries } })).stated).toMatchObject([{ sources: [at("a"), at("b")] }]);
  });

  test("of a dataset event cannot mean the event's own job", () => {
    const value = { ...HEAD, dataset: place("out", { lineage: { inputs: [input("a"), { type: "JOB" }] } }) };
    expect(warningsOf(value)).toMatchObject([{ facet: "lineage", path: "$.dataset.facets.lineage.inputs[1].name" }]);
    expect(taken(value)).toMatchObject({ stated: [], dataset: { facets: {} } });
  });

  test("that a job deleted takes back what it stated of the job and of the event's outputs", () => {
    expect(taken(writing({}, { lineage: { _deleted: true } })).stated).toMatchObject([
      { target: { kind: "JOB", ...JOB }, deleted: true }, { target: { kind: "DATASET", ...at("out") }, deleted: true },
    ]);
  });
});

(FIXTURES_ARE_THERE ? describe : describe.skip)("real events", () => {
  test("are taken, but for the one without a run's id, and warn only of what is broken in them", () => {
    const said = Object.fromEntries(fixtureEvents().map(({ file, event }) => [file.replace(/.*\//, ""), readEvent(event, false)]));
    const faulty = Object.entries(said).filter(([, answer]) => answer.faults !== undefined);
    expect(faulty).toEqual([["event_no_run_id.json", { faults: [{ path: "$.run.runId", message: "is missing" }] }]]);
    const warned = Object.entries(said).flatMap(([file, answer]) => (answer.faults === undefined && answer.warnings.length > 0 ? [[file, answer.warnings.map(({ facet }) => facet)]] : []));
    // The second lacks `columnMetrics`, which its facet requires.
    expect(Object.fromEntries(warned)).toEqual({ "event_invalid_run_facet.json": ["parent"], "event_full.json": ["dataQualityMetrics"] });
  });

  test("of Hive state their columns and what is masked in them", () => {
    const [masking] = fixtureEvents().filter(({ file }) => file.includes("Masking"));
    const links = taken(masking?.event).stated.flatMap((stated) => stated.links.map(({ fromField, toField, masking: masked, indirect }) => [fromField, toField, masked, indirect]));
    expect(links).toEqual([
      ["a", "i", false, false], ["a", "t", false, false], ["a", "mt", true, false], ["b", "a", false, false], ["b", "ma", true, false], ["a", "", false, true],
    ]);
  });

  test.each(["ColumnLineageDatasetFacet/1", "LifecycleStateChangeDatasetFacet/1", "LineageFacet/dataset-to-dataset", "OwnershipDatasetFacet/1"])("take the specification's facet %s", (file) => {
    expect(warningsOf(writing(readFixture(`spec/${file}.json`)))).toEqual([]);
  });

  test("take the specification's facet of a job", () => {
    expect(taken(writing({}, readFixture("spec/LineageFacet/job-to-dataset.json")), true).stated).toMatchObject([
      { provenance: "EXPLICIT", sources: [{ kind: "JOB", namespace: "airflow://production", name: "daily.extract" }] },
    ]);
  });
});
