import { datasetUrn } from "../../src/catalog";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { getRequest } from "../../src/erasure/storage/erasure-queries";
import { findGapsByRequests, findTasksByRequests } from "../../src/erasure/storage/task-queries";
import { submitErasureRequest } from "../../src/erasure/use-cases/submit-erasure-request";
import { type ReadableEvent, readEvent } from "../../src/lineage/events/read-event";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import type { OrderKind } from "../../src/participant";
import { type Company, createCompany, NAMESPACE } from "./support/company";

const ALL: OrderKind[] = ["discover", "erase", "verify", "plant", "recall"];
let company: Company;
const urn = (name: string): string => datasetUrn({ namespace: NAMESPACE, name });
const numberOf = async (name: string): Promise<number> => {
  const [row] = await company.world.deps.db.query<{ id: number }>("testNumber", "select id from datasets where namespace = $1 and name = $2", [NAMESPACE, name]);
  return row!.id;
};

/** A dataset that no service has declared: lineage alone tells of it. */
const observed = (name: string, more: object = {}) => registerDataset(company.world.deps, { actor: "ada", namespace: NAMESPACE, name, ...more });
const flowed = async (from: string, to: string, until = "2026-02-01"): Promise<void> => {
  const { db } = company.world.deps;
  await db.query(
    "testFlowed", `insert into custody_flows (from_id, to_id, provenance, first_at, last_at, changed_by) values ($1, $2, 'RUN', '2026-01-01', $3, pg_current_xact_id())`,
    [await numberOf(from), await numberOf(to), until],
  );
};
const attest = async (name: string): Promise<void> => {
  const { db, ids, clock } = company.world.deps;
  await db.query(
    "testAttest", "insert into attestations (id, dataset_id, method, expires_at, proposed_by, proposed_at, confirmed_by, confirmed_at) values ($1, $2, 'aggregation', $3::timestamptz + interval '1 day', 'ada', $3, 'bob', $3)",
    [ids.uuid(), await numberOf(name), clock.now()],
  );
};
const dispose = async (name: string, at: string): Promise<void> => {
  const { db, ids, clock } = company.world.deps;
  await db.query("testDispose", "insert into disposals (id, dataset_id, covers, kind, at, recorded_by, recorded_at) values ($1, $2, array[$2::integer], 'DROPPED', $3, 'ada', $4)", [ids.uuid(), await numberOf(name), at, clock.now()]);
};

const record = (...events: object[]): Promise<void> => {
  const read = events.map((event) => (readEvent(event, false) as ReadableEvent).event);
  return company.world.deps.transaction((tx) => recordEvents(tx, read));
};

/** The plan for Ada: what gets a task, and what is a gap. */
async function plan(): Promise<{ tasks: unknown[]; gaps: unknown[] }> {
  const { deps, clock } = company.world;
  const { id } = await submitErasureRequest(deps, {
    actor: "officer", identifiers: [{ type: "email", value: "ada@example.org" }], regime: "GDPR", capacity: "CONTROLLER", identityVerifiedAt: clock.now(),
  });
  await company.settle();
  expect((await getRequest(deps.db, id)).state).toBe("AWAITING_APPROVAL");
  const tasks = (await findTasksByRequests(deps.db, [id])).map(({ path, reason }) => ({ path, reason }));
  const gaps = (await findGapsByRequests(deps.db, [id])).map(({ place, reason, path }) => ({ place, reason, path }));
  return { tasks: tasks.sort((one, other) => one.path.length - other.path.length), gaps };
}

beforeEach(async () => {
  company = await createCompany();
  await company.service("crm", ALL, { people: { identifierTypes: ["email"], rows: [{ email: "ada@example.org" }] } });
});
afterEach(() => company.close());

test("a copy gets a task where it can be asked by an identifier of the person, else it is a gap", async () => {
  await observed("nobody's");
  await observed("nameless", { service: "crm" });
  await flowed("people", "nobody's");
  await flowed("nobody's", "nameless");
  expect(await plan()).toEqual({
    tasks: [{ path: [urn("people")], reason: "DECLARES_IDENTIFIER" }],
    gaps: [
      { place: urn("nameless"), reason: "NO_IDENTIFIER", path: [urn("people"), urn("nobody's"), urn("nameless")] },
      { place: urn("nobody's"), reason: "NO_SERVICE", path: [urn("people"), urn("nobody's")] },
    ].sort((one, other) => (one.place < other.place ? -1 : 1)),
  });
});

test("a copy of what embodies the person's entity is found by that entity", async () => {
  await company.entity("customer", "crm");
  await observed("people", { service: "crm", entities: ["customer"] });
  await observed("orders", { service: "crm", entities: ["customer"] });
  await observed("orders-copy", { service: "crm" });
  await flowed("orders", "orders-copy");
  expect((await plan()).gaps).toContainEqual({
    place: urn("orders-copy"), reason: "NO_IDENTIFIER", path: [urn("people"), "entity:customer", urn("orders"), urn("orders-copy")],
  });
});

test("what its owner has dropped is no gap, what was attested anonymous leads no further, what flowed in since is back", async () => {
  for (const name of ["dropped", "refilled", "sums", "report"]) await observed(name);
  await flowed("people", "dropped");
  await flowed("people", "refilled", "2026-02-20");
  await flowed("people", "sums");
  await flowed("sums", "report");
  await attest("sums");
  await dispose("dropped", "2026-02-10");
  await dispose("refilled", "2026-02-10");
  expect((await plan()).gaps).toEqual([{ place: urn("refilled"), reason: "NO_SERVICE", path: [urn("people"), urn("refilled")] }]);
});

test("nothing is followed from where the plan begins if that is attested anonymous", async () => {
  await observed("report");
  await flowed("people", "report");
  await attest("people");
  expect((await plan()).gaps).toEqual([]);
});

test("where a plan begins at another name of a dataset, the dataset itself is in it, and what it passed on", async () => {
  await observed("persons");
  await observed("copy");
  await flowed("persons", "copy");
  const { db, clock } = company.world.deps;
  const [name, root] = [await numberOf("people"), await numberOf("persons")];
  await db.query("testMerge", "update datasets set merged_into = $2 where id = $1", [name, root]);
  await db.query(
    "testIdentity", "insert into dataset_identities (dataset_id, root_id, parent_id, reason, decided_by, decided_at, changed_by) values ($1, $2, $2, 'MERGE', 'ada', $3, pg_current_xact_id())",
    [name, root, clock.now()],
  );
  expect((await plan()).gaps).toEqual([
    { place: urn("copy"), reason: "NO_SERVICE", path: [urn("people"), urn("persons"), urn("copy")] },
    { place: urn("persons"), reason: "NO_SERVICE", path: [urn("people"), urn("persons")] },
  ]);
});

test("a plan with more copies than it can hold is cut, and says where", async () => {
  const { db, clock } = company.world.deps;
  await db.query(
    "testMany", `with copies as (
       insert into datasets (namespace, name, identifier_types, personal, registered_at) select $1, 'copy-' || n, '{}', 'UNCLASSIFIED', $3 from generate_series(1, 10001) as n returning id
     )
     insert into custody_flows (from_id, to_id, provenance, first_at, last_at, changed_by) select $2, id, 'RUN', '2026-01-01', '2026-01-01', pg_current_xact_id() from copies`,
    [NAMESPACE, await numberOf("people"), clock.now()],
  );
  const { gaps } = await plan();
  expect(gaps).toHaveLength(10_001);
  expect(gaps).toContainEqual({ place: urn("people"), reason: "TRUNCATED", path: [urn("people")] });
});

test("copies are found whose job is gone, of a run that failed, and behind a masking hash", async () => {
  const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;
  const event = (minute: number) => ({ eventTime: at(minute), producer: "https://example.org", schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent" });
  const dataset = (name: string, facets: object = {}) => ({ namespace: NAMESPACE, name, facets });
  const run = (minute: number, name: string, type: string, output: object) => ({
    ...event(minute), eventType: type, run: { runId: "019b7000-0000-7000-8000-00000000000" + minute }, job: { namespace: "airflow", name },
    inputs: [dataset("people")], outputs: [output],
  });
  const hashed = { inputFields: [{ namespace: NAMESPACE, name: "people", field: "email", transformations: [{ type: "DIRECT", subtype: "TRANSFORMATION", masking: true }] }] };
  await record(
    run(1, "gone", "COMPLETE", dataset("of-a-gone-job")),
    { ...event(2), schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent", job: { namespace: "airflow", name: "gone" }, inputs: [], outputs: [] },
    run(3, "failing", "START", dataset("of-a-failed-run")),
    run(3, "failing", "FAIL", dataset("of-a-failed-run")),
    run(4, "hashing", "COMPLETE", dataset("hashed", {
      columnLineage: { _producer: "https://example.org", _schemaURL: "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json", fields: { hash: hashed } },
    })),
  );
  expect((await plan()).gaps).toEqual(["hashed", "of-a-failed-run", "of-a-gone-job"].map((name) => ({ place: urn(name), reason: "NO_SERVICE", path: [urn("people"), urn(name)] })));
});
