import { recordDatasetProofs } from "../../src/catalog";
import type { DatasetInput } from "../../src/catalog/dataset-model";
import { FINDING_KINDS, type Finding } from "../../src/catalog/finding-model";
import { createSweepFindingsJob } from "../../src/catalog/jobs/sweep-findings-job";
import type { OwnershipRole } from "../../src/catalog/ownership-model";
import { type FindingFilter, findOpenFindings, listFindings } from "../../src/catalog/storage/finding-queries";
import { writeTeams } from "../../src/catalog/storage/definition-store";
import { acceptOwnershipTransfer } from "../../src/catalog/use-cases/accept-ownership-transfer";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { attestAnonymous } from "../../src/catalog/use-cases/attest-anonymous";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { confirmAttestation } from "../../src/catalog/use-cases/confirm-attestation";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { proposeOwnershipTransfer } from "../../src/catalog/use-cases/propose-ownership-transfer";
import { refreshFindings } from "../../src/catalog/use-cases/refresh-findings";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { reportFinding, resolveFinding } from "../../src/catalog/use-cases/report-finding";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const actor = "ada";
let count = 0;
const fresh = (what: string): string => `${what}-${String((count += 1)).padStart(3, "0")}`;

const entity = async (): Promise<string> => (await registerEntity(world.deps, { actor, key: fresh("entity"), name: "Entity" })).key;
const service = async (more: { endpointUrl?: string; team?: string } = {}): Promise<string> =>
  (await registerService(world.deps, { actor, key: fresh("service"), name: "Service", ...more })).key;
const dataset = (more: Partial<DatasetInput> = {}) => registerDataset(world.deps, { actor, namespace: "postgres://db", name: fresh("table"), ...more });
const assign = (entityKey: string, serviceKey: string, role: OwnershipRole, more: { validFrom?: Date; validTo?: Date } = {}) =>
  assignOwnership(world.deps, { actor, entity: entityKey, service: serviceKey, role, ...more });

const EMAIL = { name: "email", categories: ["user.contact.email"] };
const CLASSIFIED = { name: "sku", categories: [] };

const list = async (filter: Partial<FindingFilter>): Promise<Finding[]> => {
  const page = await listFindings(world.deps.db, { kinds: FINDING_KINDS, includeSilenced: false, ...filter }, { first: 100 });
  return page.edges.map(({ node }) => node);
};
/** `KIND: message` of what is open or accepted about a subject, in the order of the kinds. */
const findingsOf = async (subject: string): Promise<string[]> => (await list({ subject })).map(({ kind, message }) => `${kind}: ${message}`).sort();
const kindsOf = async (subject: string): Promise<string[]> => (await list({ subject })).map(({ kind }) => kind).sort();
const resolvedOf = (subject: string): Promise<Finding[]> => list({ subject, state: "RESOLVED" });

const sweep = async (): Promise<number> => {
  const job = createSweepFindingsJob(world.deps);
  let looked = 0;
  for (let done = await job.runOnce(); done > 0; done = await job.runOnce()) looked += done;
  return looked;
};
const inDays = (days: number): Date => new Date(world.clock.now().getTime() + days * 86_400_000);

describe("an entity", () => {
  test("without a system of record is a finding until a service becomes it, in the same moment", async () => {
    const key = await entity();
    expect(await findingsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD: no service is its system of record"]);
    const [finding] = await list({ subject: `entity:${key}` });
    expect(finding).toMatchObject({ state: "OPEN", since: world.clock.now(), resolvedAt: null, suggestion: false, silencedBy: null });

    const owner = await service();
    await assign(key, owner, "READER");
    expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    await assign(key, owner, "SYSTEM_OF_RECORD");
    expect(await kindsOf(`entity:${key}`)).toEqual([]);
    expect(await resolvedOf(`entity:${key}`)).toEqual([{ ...finding, state: "RESOLVED", resolvedAt: world.clock.now() }]);
  });

  test("that loses its system of record again is a new finding; the former one stays on record", async () => {
    const key = await entity();
    const { id } = await assign(key, await service(), "SYSTEM_OF_RECORD");
    world.clock.advance("PT1S");
    await endOwnership(world.deps, { actor, id });
    const [again] = await list({ subject: `entity:${key}` });
    const [former] = await resolvedOf(`entity:${key}`);
    expect(again).toMatchObject({ kind: "NO_SYSTEM_OF_RECORD", since: world.clock.now() });
    expect(former!.id).not.toBe(again!.id);
    await correctAssignment(world.deps, { actor, id, validTo: null });
    expect(await kindsOf(`entity:${key}`)).toEqual([]);
    expect(await resolvedOf(`entity:${key}`)).toHaveLength(2);
  });

  test("keeps its system of record through a transfer", async () => {
    const key = await entity();
    const [from, to] = [await service(), await service()];
    await assign(key, from, "SYSTEM_OF_RECORD");
    const transfer = await proposeOwnershipTransfer(world.deps, { actor, entity: key, to, effectiveAt: inDays(1) });
    await acceptOwnershipTransfer(world.deps, { actor: "grace", id: transfer.id });
    expect(await kindsOf(`entity:${key}`)).toEqual([]);
    world.clock.advance("P1D");
    await sweep();
    expect(await kindsOf(`entity:${key}`)).toEqual([]);
    expect(await resolvedOf(`entity:${key}`)).toHaveLength(1);
  });

  test("that several services write is a finding that names them, as they are now", async () => {
    const key = await entity();
    const writers = [await service(), await service(), await service()];
    await assign(key, writers[0]!, "WRITER");
    expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    const { id } = await assign(key, writers[1]!, "WRITER");
    const [{ id: finding, message }] = (await list({ subject: `entity:${key}`, kinds: ["SEVERAL_WRITERS"] })) as [Finding];
    expect(message).toBe(`2 services write it: service:${writers[0]}, service:${writers[1]}`);
    await assign(key, writers[2]!, "WRITER");
    await endOwnership(world.deps, { actor, id });
    expect(await list({ subject: `entity:${key}`, kinds: ["SEVERAL_WRITERS"] })).toMatchObject([
      { id: finding, message: `2 services write it: service:${writers[0]}, service:${writers[2]}` },
    ]);
  });
});

describe("time alone", () => {
  test("an assignment that begins later resolves the finding when it begins, and opens one when it ends", async () => {
    const key = await entity();
    await assign(key, await service(), "SYSTEM_OF_RECORD", { validFrom: inDays(1), validTo: inDays(2) });
    await sweep();
    expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    world.clock.advance("P1D");
    expect(await sweep()).toBe(1);
    expect(await kindsOf(`entity:${key}`)).toEqual([]);
    expect(await sweep()).toBe(0);
    world.clock.advance("P1D");
    expect(await sweep()).toBe(1);
    expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    expect(await sweep()).toBe(0);
  });

  test("a clock that jumps over both ends skips what was never seen", async () => {
    const key = await entity();
    await assign(key, await service(), "SYSTEM_OF_RECORD", { validFrom: inDays(1), validTo: inDays(2) });
    const [open] = await list({ subject: `entity:${key}` });
    world.clock.advance("P10D");
    await sweep();
    expect(await list({ subject: `entity:${key}` })).toEqual([open]);
    expect(await sweep()).toBe(0);
  });

  test("what is moved or retired before it is due is not due any more", async () => {
    const key = await entity();
    const { id } = await assign(key, await service(), "SYSTEM_OF_RECORD", { validTo: inDays(1) });
    await correctAssignment(world.deps, { actor, id, validTo: null });
    world.clock.advance("P2D");
    expect(await sweep()).toBe(0);
  });

  test("a change that commits after its end was due is still found", async () => {
    const key = await entity();
    const { id } = await assign(key, await service(), "SYSTEM_OF_RECORD");
    await correctAssignment(world.deps, { actor, id, validTo: inDays(1) });
    let committed: Promise<void> | undefined;
    await new Promise<void>((written, failed) => {
      committed = world.deps
        .transaction(async (tx) => {
          await refreshFindings(tx, { entityKeys: [key] });
          world.clock.advance("P2D");
          written();
          await new Promise((resume) => setImmediate(resume));
        })
        .catch(failed);
    });
    await committed;
    await sweep();
    expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
  });
});

describe("a dataset", () => {
  test("without a service, without fields, or with unclassified ones is a finding with counts", async () => {
    const { id } = await dataset();
    expect(await findingsOf(id)).toEqual(["NO_SERVICE: nobody has said which service hosts it", "UNCLASSIFIED: none of its fields is known"]);
    const host = await service();
    const again = { ...(await dataset({ service: host, fields: [CLASSIFIED, { name: "a" }, { name: "b" }] })) };
    expect(await findingsOf(again.id)).toEqual(["UNCLASSIFIED: 2 of its 3 fields are unclassified"]);
    await classifyFields(world.deps, { actor, dataset: again.id, fields: [{ name: "a", categories: [] }] });
    expect(await findingsOf(again.id)).toEqual(["UNCLASSIFIED: 1 of its 3 fields are unclassified"]);
    await classifyFields(world.deps, { actor, dataset: again.id, fields: [{ name: "b", categories: [] }] });
    expect(await findingsOf(again.id)).toEqual([]);
  });

  test("with personal data is unproven until its verify handler is proven live, for 30 days", async () => {
    const host = await service();
    const { id, number } = await dataset({ service: host, fields: [EMAIL] });
    const unproven = "UNPROVEN_ENDPOINT: personal data, and";
    expect(await findingsOf(id)).toEqual([`${unproven} service:${host} has no endpoint`]);
    const [finding] = await list({ subject: id });

    await registerService(world.deps, { actor, key: host, name: "Service", endpointUrl: "https://host.example" });
    expect(await findingsOf(id)).toEqual([`${unproven} the verify handler of service:${host} was never proven live for it`]);
    for (const kind of ["RECEIPT", "VERIFY"] as const) {
      await world.deps.transaction((tx) => recordDatasetProofs(tx, [{ datasetId: number, kind, at: tx.now }]));
    }
    expect(await list({ subject: id })).toMatchObject([{ id: finding!.id }]);
    await world.deps.transaction((tx) => recordDatasetProofs(tx, [{ datasetId: number, kind: "LIVE", at: tx.now }]));
    expect(await findingsOf(id)).toEqual([]);

    world.clock.advance("P30D");
    await sweep();
    await world.deps.transaction((tx) => refreshFindings(tx, { datasetNumbers: [number] }));
    expect(await findingsOf(id)).toEqual([]);
    world.clock.set(new Date(world.clock.now().getTime() + 1));
    expect(await sweep()).toBe(1);
    expect(await findingsOf(id)).toEqual([`${unproven} the verify handler of service:${host} was last proven live for it more than 30 days ago`]);
    expect(await sweep()).toBe(0);
    await world.deps.transaction((tx) => recordDatasetProofs(tx, [{ datasetId: number, kind: "PROBE", at: tx.now }]));
    expect(await findingsOf(id)).toEqual([]);
    await dataset({ name: (await idOf(number)).name, service: await service() });
    expect(await kindsOf(id)).toEqual(["UNPROVEN_ENDPOINT"]);
    await dataset({ name: (await idOf(number)).name, service: null });
    expect(await findingsOf(id)).toEqual(["NO_SERVICE: nobody has said which service hosts it", `${unproven} no service that could be asked about it`]);
  });

  test("whose attestation expired is a finding, and what it holds counts as personal again", async () => {
    const { id } = await dataset({ service: await service(), fields: [EMAIL] });
    await attest(id, inDays(1));
    expect(await kindsOf(id)).toEqual([]);
    world.clock.advance("P1D");
    expect(await sweep()).toBe(1);
    expect(await kindsOf(id)).toEqual(["ATTESTATION_EXPIRED", "UNPROVEN_ENDPOINT"]);
    await attest(id, inDays(1));
    expect(await kindsOf(id)).toEqual([]);
  });

  const idOf = async (number: number) =>
    (await world.deps.db.query<{ name: string }>("testDatasetName", "select name from datasets where id = $1", [number]))[0]!;

  const attest = async (id: string, expiresAt: Date): Promise<void> => {
    await attestAnonymous(world.deps, { actor, speaksFor: undefined, dataset: id, method: "aggregation", expiresAt });
    await confirmAttestation(world.deps, { actor: "grace", id });
  };
});

describe("an unclassified field", () => {
  test("that looks personal is a suggestion with its category, until it is classified", async () => {
    const host = await service();
    const { id } = await dataset({ service: host, fields: [{ name: "customerEmail", type: "text" }, { name: "odd #name", type: "inet" }, { name: "sku" }] });
    const suggestions = async () => (await list({ kinds: ["LOOKS_PERSONAL"], serviceKey: host })).sort((one, other) => (one.subject < other.subject ? -1 : 1));
    expect((await suggestions()).map(({ subject, suggestion, suggestedCategory }) => ({ subject, suggestion, suggestedCategory }))).toEqual([
      { subject: `${id}#customerEmail`, suggestion: true, suggestedCategory: "user.contact.email" },
      { subject: `${id}#odd%20%23name`, suggestion: true, suggestedCategory: "user.device.ip_address" },
    ]);
    await classifyFields(world.deps, { actor, dataset: id, fields: [{ name: "customerEmail", categories: [] }] });
    expect((await suggestions()).map(({ subject }) => subject)).toEqual([`${id}#odd%20%23name`]);
    expect(await resolvedOf(`${id}#customerEmail`)).toHaveLength(1);
  });
});

describe("a team", () => {
  const retireTeam = (key: string, retiredAt: Date | null) =>
    world.deps.transaction(async (tx) => {
      await writeTeams(tx, [{ key, name: key, retiredAt }]);
      await refreshFindings(tx, { teamKeys: [key] });
    });

  test("that is retired makes findings of its services; one that was never declared is not doubted", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    const [orphan, fine] = [await service({ team }), await service({ team: other })];
    await retireTeam(team, world.clock.now());
    expect(await findingsOf(`service:${orphan}`)).toEqual([`DEAD_TEAM: its team, ${team}, is retired`]);
    expect(await findingsOf(`service:${fine}`)).toEqual([]);
    await registerService(world.deps, { actor, key: orphan, name: "Service", team: other });
    expect(await findingsOf(`service:${orphan}`)).toEqual([]);
    await registerService(world.deps, { actor, key: orphan, name: "Service", team });
    await retireTeam(team, null);
    expect(await findingsOf(`service:${orphan}`)).toEqual([]);
    expect(await resolvedOf(`service:${orphan}`)).toHaveLength(2);
  });

  test("its services' finding shows at the entities towards which they have a role now", async () => {
    const team = fresh("team");
    const key = await entity();
    const reader = await service({ team });
    const { id } = await assign(key, reader, "READER");
    const held = await dataset({ entities: [key], fields: [CLASSIFIED] });
    await retireTeam(team, world.clock.now());
    const kinds = async () => ((await findOpenFindings(world.deps.db, { entityKeys: [key, "nothing"] })).get(key) ?? []).map(({ kind, subject }) => `${kind} ${subject}`).sort();
    expect(await kinds()).toEqual([`DEAD_TEAM service:${reader}`, `NO_SERVICE ${held.id}`, `NO_SYSTEM_OF_RECORD entity:${key}`]);
    world.clock.advance("PT1S");
    await endOwnership(world.deps, { actor, id });
    expect(await kinds()).toEqual([`NO_SERVICE ${held.id}`, `NO_SYSTEM_OF_RECORD entity:${key}`]);
  });
});

test("what is retired has no findings any more, and has them again when it is brought back", async () => {
  const [key, source] = [fresh("entity"), fresh("source")];
  const apply = (document: object) =>
    importDescriptors(world.deps, { actor, source, format: "CADASTRE", document: JSON.stringify(document), dryRun: false });
  await apply({ entities: [{ key, name: "E" }], datasets: [{ namespace: source, name: "d" }] });
  expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
  expect(await kindsOf(`dataset:${source}:d`)).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
  await apply({});
  expect([...(await kindsOf(`entity:${key}`)), ...(await kindsOf(`dataset:${source}:d`))]).toEqual([]);
  expect(await resolvedOf(`dataset:${source}:d`)).toHaveLength(2);
  await apply({ entities: [{ key, name: "E" }] });
  expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
});

describe("a room above", () => {
  test("reports and resolves findings of its own; the register leaves them alone", async () => {
    const key = await entity();
    const user = await service();
    const subject = `service:${user}`;
    const report = (message: string) =>
      world.deps.transaction((tx) => reportFinding(tx, { kind: "UNDECLARED_USE", subject, entityKey: key, serviceKey: user, message, details: { times: 2 } }));
    await report("it reads the entity");
    const [finding] = await list({ subject });
    await report("it writes the entity");
    await registerService(world.deps, { actor, key: user, name: "Renamed" });
    expect(await list({ subject })).toEqual([{ ...finding, message: "it writes the entity" }]);
    expect((await findOpenFindings(world.deps.db, { entityKeys: [key] })).get(key)!.map(({ kind }) => kind).sort()).toEqual(["NO_SYSTEM_OF_RECORD", "UNDECLARED_USE"]);
    for (let times = 0; times < 2; times += 1) await world.deps.transaction((tx) => resolveFinding(tx, { kind: "UNDECLARED_USE", subject }));
    expect(await kindsOf(subject)).toEqual([]);
    expect(await resolvedOf(subject)).toMatchObject([{ id: finding!.id }]);
  });

  test("that reports the same thing twice at once opens one finding", async () => {
    const subject = `service:${await service()}`;
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => world.deps.transaction((tx) => reportFinding(tx, { kind: "UNDECLARED_USE", subject, message: `${index}` }))),
    );
    expect(await list({ subject })).toHaveLength(1);
  });
});

test("refreshing the same things at once, in whatever order, opens each finding once and fails nowhere", async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, entity));
  const datasets = await Promise.all(Array.from({ length: 5 }, () => dataset({ fields: [{ name: "email" }] })));
  const numbers = datasets.map(({ number }) => number);
  await world.deps.transaction((tx) => tx.execute("testForgetFindings", "delete from findings where entity_key = any($1) or dataset_id = any($2)", [keys, numbers]));
  await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      world.deps.transaction((tx) =>
        refreshFindings(tx, index % 2 ? { entityKeys: keys, datasetNumbers: numbers } : { entityKeys: keys.toReversed(), datasetNumbers: numbers.toReversed() }),
      ),
    ),
  );
  for (const key of keys) expect(await kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
  for (const { id } of datasets) expect(await kindsOf(id)).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
});

test("a proof and the change that makes it matter do not miss each other", async () => {
  const host = await service();
  for (let round = 0; round < 10; round += 1) {
    const { id, number } = await dataset({ service: host, fields: [{ name: "email", categories: [] }] });
    await Promise.all([
      classifyFields(world.deps, { actor, dataset: id, fields: [EMAIL] }),
      world.deps.transaction((tx) => recordDatasetProofs(tx, [{ datasetId: number, kind: "LIVE", at: tx.now }])),
    ]);
    expect(await kindsOf(id)).toEqual([]);
  }
});

test("many things are refreshed with the statements that a few take, but planned for many", async () => {
  const source = fresh("many");
  const datasets = Array.from({ length: 101 }, (_, index) => ({ namespace: source, name: `${index}`, fields: [{ name: "email" }] }));
  await importDescriptors(world.deps, { actor, source, format: "CADASTRE", document: JSON.stringify({ datasets }), dryRun: false });
  const numbers = (await world.deps.db.query<{ id: number }>("testNumbers", "select id from datasets where namespace = $1", [source])).map(({ id }) => id);
  const statementsFor = async (size: number): Promise<string[]> => {
    const counted = countStatements(world.deps);
    await counted.deps.transaction((tx) => refreshFindings(tx, { datasetNumbers: numbers.slice(0, size) }));
    return counted.statements;
  };
  const few = ["lockDatasets", "holdSilences", "listUnclassifiedFields", "refreshDatasetFindings"];
  expect(await statementsFor(0)).toEqual([]);
  expect(await statementsFor(1)).toEqual(few);
  expect(await statementsFor(101)).toEqual(["lockDatasets", "planForMany", ...few.slice(1)]);
  expect(await list({ kinds: ["LOOKS_PERSONAL"], subject: `dataset:${source}:100#email` })).toHaveLength(1);
});

test("ids of findings are version 7 and of the instant", async () => {
  const key = await entity();
  const [{ id }] = (await list({ subject: `entity:${key}` })) as [Finding];
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(world.clock.now().getTime());
});
