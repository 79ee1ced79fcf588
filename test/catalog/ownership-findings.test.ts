import { proofs } from "../../src/catalog";
import type { Finding } from "../../src/catalog/finding-model";
import { findOpenFindings } from "../../src/catalog/storage/finding-queries";
import { writeTeams } from "../../src/catalog/storage/definition-store";
import { acceptOwnershipTransfer } from "../../src/catalog/use-cases/accept-ownership-transfer";
import { attestAnonymous } from "../../src/catalog/use-cases/attest-anonymous";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { confirmAttestation } from "../../src/catalog/use-cases/confirm-attestation";
import { correctAssignment } from "../../src/catalog/use-cases/correct-assignment";
import { endOwnership } from "../../src/catalog/use-cases/end-ownership";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { proposeOwnershipTransfer } from "../../src/catalog/use-cases/propose-ownership-transfer";
import { refreshFindings } from "../../src/catalog/use-cases/refresh-findings";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { reportFinding, resolveFinding } from "../../src/catalog/use-cases/report-finding";
import { actor, CLASSIFIED, EMAIL, type FindingWorld, findingWorld } from "./finding-world";

let world: FindingWorld;
beforeAll(async () => {
  world = await findingWorld();
});
afterAll(() => world.close());

describe("an entity", () => {
  test("without a system of record is a finding until a service becomes it, in the same moment", async () => {
    const key = await world.entity();
    expect(await world.findingsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD: no service is its system of record"]);
    const [finding] = await world.list({ subject: `entity:${key}` });
    expect(finding).toMatchObject({ state: "OPEN", since: world.clock.now(), resolvedAt: null, suggestion: false, silencedBy: null });

    const owner = await world.service();
    await world.assign(key, owner, "READER");
    expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    await world.assign(key, owner, "SYSTEM_OF_RECORD");
    expect(await world.kindsOf(`entity:${key}`)).toEqual([]);
    expect(await world.resolvedOf(`entity:${key}`)).toEqual([{ ...finding, state: "RESOLVED", resolvedAt: world.clock.now() }]);
  });

  test("that loses its system of record again is a new finding; the former one stays on record", async () => {
    const key = await world.entity();
    const { id } = await world.assign(key, await world.service(), "SYSTEM_OF_RECORD");
    world.clock.advance("PT1S");
    await endOwnership(world.deps, { actor, id });
    const [again] = await world.list({ subject: `entity:${key}` });
    const [former] = await world.resolvedOf(`entity:${key}`);
    expect(again).toMatchObject({ kind: "NO_SYSTEM_OF_RECORD", since: world.clock.now() });
    expect(former!.id).not.toBe(again!.id);
    await correctAssignment(world.deps, { actor, id, validTo: null });
    expect(await world.kindsOf(`entity:${key}`)).toEqual([]);
    expect(await world.resolvedOf(`entity:${key}`)).toHaveLength(2);
  });

  test("keeps its system of record through a transfer", async () => {
    const key = await world.entity();
    const [from, to] = [await world.service(), await world.service()];
    await world.assign(key, from, "SYSTEM_OF_RECORD");
    const transfer = await proposeOwnershipTransfer(world.deps, { actor, entity: key, to, effectiveAt: world.inDays(1) });
    await acceptOwnershipTransfer(world.deps, { actor: "grace", id: transfer.id });
    expect(await world.kindsOf(`entity:${key}`)).toEqual([]);
    world.clock.advance("P1D");
    await world.sweep();
    expect(await world.kindsOf(`entity:${key}`)).toEqual([]);
    expect(await world.resolvedOf(`entity:${key}`)).toHaveLength(1);
  });

  test("that several services write is a finding that names them, as they are now", async () => {
    const key = await world.entity();
    const writers = [await world.service(), await world.service(), await world.service()];
    await world.assign(key, writers[0]!, "WRITER");
    expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
    const { id } = await world.assign(key, writers[1]!, "WRITER");
    const [{ id: finding, message }] = (await world.list({ subject: `entity:${key}`, kinds: ["SEVERAL_WRITERS"] })) as [Finding];
    expect(message).toBe(`2 services write it: service:${writers[0]}, service:${writers[1]}`);
    await world.assign(key, writers[2]!, "WRITER");
    await endOwnership(world.deps, { actor, id });
    expect(await world.list({ subject: `entity:${key}`, kinds: ["SEVERAL_WRITERS"] })).toMatchObject([
      { id: finding, message: `2 services write it: service:${writers[0]}, service:${writers[2]}` },
    ]);
  });
});

describe("a dataset", () => {
  test("without a service, without fields, or with unclassified ones is a finding with counts", async () => {
    const { id } = await world.dataset();
    expect(await world.findingsOf(id)).toEqual(["NO_SERVICE: nobody has said which service hosts it", "UNCLASSIFIED: none of its fields is known"]);
    const host = await world.service();
    const again = { ...(await world.dataset({ service: host, fields: [CLASSIFIED, { name: "a" }, { name: "b" }] })) };
    expect(await world.findingsOf(again.id)).toEqual(["UNCLASSIFIED: 2 of its 3 fields are unclassified"]);
    await classifyFields(world.deps, { actor, dataset: again.id, fields: [{ name: "a", categories: [] }] });
    expect(await world.findingsOf(again.id)).toEqual(["UNCLASSIFIED: 1 of its 3 fields are unclassified"]);
    await classifyFields(world.deps, { actor, dataset: again.id, fields: [{ name: "b", categories: [] }] });
    expect(await world.findingsOf(again.id)).toEqual([]);
  });

  test("with personal data is unproven until its verify handler is proven live, for 30 days", async () => {
    const host = await world.service();
    const { id, number } = await world.dataset({ service: host, fields: [EMAIL] });
    const unproven = "UNPROVEN_ENDPOINT: personal data, and";
    expect(await world.findingsOf(id)).toEqual([`${unproven} service:${host} has no endpoint`]);
    const [finding] = await world.list({ subject: id });

    await registerService(world.deps, { actor, key: host, name: "Service", endpointUrl: "https://host.example" });
    expect(await world.findingsOf(id)).toEqual([`${unproven} the verify handler of service:${host} was never proven live for it`]);
    for (const kind of ["RECEIPT", "VERIFY"] as const) {
      await world.deps.transaction((tx) => proofs.record(tx, [{ datasetId: number, kind, at: tx.now }]));
    }
    expect(await world.list({ subject: id })).toMatchObject([{ id: finding!.id }]);
    await world.deps.transaction((tx) => proofs.record(tx, [{ datasetId: number, kind: "LIVE", at: tx.now }]));
    expect(await world.findingsOf(id)).toEqual([]);

    world.clock.advance("P30D");
    await world.sweep();
    await world.deps.transaction((tx) => refreshFindings(tx, { datasetNumbers: [number] }));
    expect(await world.findingsOf(id)).toEqual([]);
    world.clock.set(new Date(world.clock.now().getTime() + 1));
    expect(await world.sweep()).toBe(1);
    expect(await world.findingsOf(id)).toEqual([`${unproven} the verify handler of service:${host} was last proven live for it more than 30 days ago`]);
    expect(await world.sweep()).toBe(0);
    await world.deps.transaction((tx) => proofs.record(tx, [{ datasetId: number, kind: "PROBE", at: tx.now }]));
    expect(await world.findingsOf(id)).toEqual([]);
    await world.dataset({ name: (await idOf(number)).name, service: await world.service() });
    expect(await world.kindsOf(id)).toEqual(["UNPROVEN_ENDPOINT"]);
    await world.dataset({ name: (await idOf(number)).name, service: null });
    expect(await world.findingsOf(id)).toEqual(["NO_SERVICE: nobody has said which service hosts it", `${unproven} no service that could be asked about it`]);
  });

  test("whose attestation expired is a finding, and what it holds counts as personal again", async () => {
    const { id } = await world.dataset({ service: await world.service(), fields: [EMAIL] });
    await attest(id, world.inDays(1));
    expect(await world.kindsOf(id)).toEqual([]);
    world.clock.advance("P1D");
    expect(await world.sweep()).toBe(1);
    expect(await world.kindsOf(id)).toEqual(["ATTESTATION_EXPIRED", "UNPROVEN_ENDPOINT"]);
    await attest(id, world.inDays(1));
    expect(await world.kindsOf(id)).toEqual([]);
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
    const host = await world.service();
    const { id } = await world.dataset({ service: host, fields: [{ name: "customerEmail", type: "text" }, { name: "odd #name", type: "inet" }, { name: "sku" }] });
    const suggestions = async () => (await world.list({ kinds: ["LOOKS_PERSONAL"], serviceKey: host })).sort((one, other) => (one.subject < other.subject ? -1 : 1));
    expect((await suggestions()).map(({ subject, suggestion, suggestedCategory }) => ({ subject, suggestion, suggestedCategory }))).toEqual([
      { subject: `${id}#customerEmail`, suggestion: true, suggestedCategory: "user.contact.email" },
      { subject: `${id}#odd%20%23name`, suggestion: true, suggestedCategory: "user.device.ip_address" },
    ]);
    await classifyFields(world.deps, { actor, dataset: id, fields: [{ name: "customerEmail", categories: [] }] });
    expect((await suggestions()).map(({ subject }) => subject)).toEqual([`${id}#odd%20%23name`]);
    expect(await world.resolvedOf(`${id}#customerEmail`)).toHaveLength(1);
  });
});

describe("a team", () => {
  const retireTeam = (key: string, retiredAt: Date | null) =>
    world.deps.transaction(async (tx) => {
      await writeTeams(tx, [{ key, name: key, retiredAt }]);
      await refreshFindings(tx, { teamKeys: [key] });
    });

  test("that is retired makes findings of its services; one that was never declared is not doubted", async () => {
    const [team, other] = [world.fresh("team"), world.fresh("team")];
    const [orphan, fine] = [await world.service({ team }), await world.service({ team: other })];
    await retireTeam(team, world.clock.now());
    expect(await world.findingsOf(`service:${orphan}`)).toEqual([`DEAD_TEAM: its team, ${team}, is retired`]);
    expect(await world.findingsOf(`service:${fine}`)).toEqual([]);
    await registerService(world.deps, { actor, key: orphan, name: "Service", team: other });
    expect(await world.findingsOf(`service:${orphan}`)).toEqual([]);
    await registerService(world.deps, { actor, key: orphan, name: "Service", team });
    await retireTeam(team, null);
    expect(await world.findingsOf(`service:${orphan}`)).toEqual([]);
    expect(await world.resolvedOf(`service:${orphan}`)).toHaveLength(2);
  });

  test("its services' finding shows at the entities towards which they have a role now", async () => {
    const team = world.fresh("team");
    const key = await world.entity();
    const reader = await world.service({ team });
    const { id } = await world.assign(key, reader, "READER");
    const held = await world.dataset({ entities: [key], fields: [CLASSIFIED] });
    await retireTeam(team, world.clock.now());
    const kinds = async () => ((await findOpenFindings(world.deps.db, { entityKeys: [key, "nothing"] })).get(key) ?? []).map(({ kind, subject }) => `${kind} ${subject}`).sort();
    expect(await kinds()).toEqual([`DEAD_TEAM service:${reader}`, `NO_SERVICE ${held.id}`, `NO_SYSTEM_OF_RECORD entity:${key}`]);
    world.clock.advance("PT1S");
    await endOwnership(world.deps, { actor, id });
    expect(await kinds()).toEqual([`NO_SERVICE ${held.id}`, `NO_SYSTEM_OF_RECORD entity:${key}`]);
  });
});

test("what is retired has no findings any more, and has them again when it is brought back", async () => {
  const [key, source] = [world.fresh("entity"), world.fresh("source")];
  const apply = (document: object) =>
    importDescriptors(world.deps, { actor, source, format: "CADASTRE", document: JSON.stringify(document), dryRun: false });
  await apply({ entities: [{ key, name: "E" }], datasets: [{ namespace: source, name: "d" }] });
  expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
  expect(await world.kindsOf(`dataset:${source}:d`)).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
  await apply({});
  expect([...(await world.kindsOf(`entity:${key}`)), ...(await world.kindsOf(`dataset:${source}:d`))]).toEqual([]);
  expect(await world.resolvedOf(`dataset:${source}:d`)).toHaveLength(2);
  await apply({ entities: [{ key, name: "E" }] });
  expect(await world.kindsOf(`entity:${key}`)).toEqual(["NO_SYSTEM_OF_RECORD"]);
});

describe("a room above", () => {
  test("reports and resolves findings of its own; the register leaves them alone", async () => {
    const key = await world.entity();
    const user = await world.service();
    const subject = `service:${user}`;
    const report = (message: string) =>
      world.deps.transaction((tx) => reportFinding(tx, { kind: "UNDECLARED_USE", subject, entityKey: key, serviceKey: user, message, details: { times: 2 } }));
    await report("it reads the entity");
    const [finding] = await world.list({ subject });
    await report("it writes the entity");
    await registerService(world.deps, { actor, key: user, name: "Renamed" });
    expect(await world.list({ subject })).toEqual([{ ...finding, message: "it writes the entity" }]);
    expect((await findOpenFindings(world.deps.db, { entityKeys: [key] })).get(key)!.map(({ kind }) => kind).sort()).toEqual(["NO_SYSTEM_OF_RECORD", "UNDECLARED_USE"]);
    for (let times = 0; times < 2; times += 1) await world.deps.transaction((tx) => resolveFinding(tx, { kind: "UNDECLARED_USE", subject }));
    expect(await world.kindsOf(subject)).toEqual([]);
    expect(await world.resolvedOf(subject)).toMatchObject([{ id: finding!.id }]);
  });

  test("that reports the same thing twice at once opens one finding", async () => {
    const subject = `service:${await world.service()}`;
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => world.deps.transaction((tx) => reportFinding(tx, { kind: "UNDECLARED_USE", subject, message: `${index}` }))),
    );
    expect(await world.list({ subject })).toHaveLength(1);
  });
});

test("ids of findings are version 7 and of the instant", async () => {
  const key = await world.entity();
  const [{ id }] = (await world.list({ subject: `entity:${key}` })) as [Finding];
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(world.clock.now().getTime());
});
