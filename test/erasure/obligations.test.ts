import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { countStatements } from "../support/count-statements";
import { advanceErasure } from "../../src/erasure/use-cases/advance-erasure";
import { NAMESPACE } from "./support/company";
import { type ErasureApi, openErasureApi, openShop } from "./support/erasure-api";

let api: ErasureApi;
beforeEach(async () => {
  api = await openErasureApi();
  await openShop(api, { people: [{ email: "ada@example.org", customer_id: "c-1" }], orders: [{ customer_id: "c-1" }], newsletter: [] });
});
afterEach(() => api?.close());

const { stringContaining } = expect;
/** Requests to which something is owed, by entity. */
async function owed(): Promise<Record<string, string[]>> {
  const rows = await api.company.world.deps.db.query<{ entity: string; object: string }>(
    "testOwed",
    "select entity_key as entity, object from obligations where kind = 'ERASURE' and closed_at is null order by opened_at, entity_key",
  );
  const found: Record<string, string[]> = {};
  for (const { entity, object } of rows) (found[entity] ??= []).push(object);
  return found;
}
const newEntity = async (key: string): Promise<string> => {
  await registerEntity(api.company.world.deps, { actor: "tester", key, name: key });
  return key;
};
/** A dataset that declares addresses, and that no order reaches. */
const newDataset = (name: string, entities: string[]) =>
  registerDataset(api.company.world.deps, { actor: "tester", namespace: NAMESPACE, name, entities, identifierTypes: ["email"] });
const end = (mutation: string, id: string) =>
  api.codes("olga", `mutation ($id: ID!) { ${mutation}(input: { id: $id, code: "no_match" }) { id } }`, { id });
const COMPLETION = "mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { state } }";

test("a running request is owed by the entities of its plan, and by no other, from the plan until its completion was told", async () => {
  await newEntity("invoice");
  const id = await api.submit("ada@example.org");
  expect(await owed()).toEqual({});
  await api.company.settle();
  expect(await owed()).toEqual({ customer: [id] });
  await api.approve(id);
  await api.company.settle();
  api.company.world.clock.advance("PT5M");
  await api.company.settle();
  const told = (kind: string) => api.codes("olga", COMPLETION, { input: { id, kind, sentAt: api.company.world.clock.now().toISOString(), channel: "letter" } });
  expect(await told("ACKNOWLEDGEMENT")).toEqual([]);
  expect(await owed()).toEqual({ customer: [id] });
  expect(await told("COMPLETION")).toEqual([]);
  expect(await owed()).toEqual({});
});

test("a place that no order reaches is owed to all the same", async () => {
  await newDataset("paper", [await newEntity("archive")]);
  const id = await api.submit("ada@example.org");
  await api.company.settle();
  expect(await owed()).toEqual({ archive: [id], customer: [id] });
});

test.each(["rejectErasureRequest", "cancelErasureRequest"])("%s ends the obligation of that request, not of another", async (mutation) => {
  const id = await api.submit("ada@example.org");
  api.company.world.clock.advance("PT1S");
  const other = await api.submit("eve@example.org");
  await api.company.settle();
  expect(await owed()).toEqual({ customer: expect.arrayContaining([id, other]) as string[] });
  expect(await end(mutation, id)).toEqual([]);
  expect(await owed()).toEqual({ customer: [other] });
});

test("a plan that grows before its release reaches further entities", async () => {
  const id = await api.submit("ada@example.org");
  await api.company.settle();
  await newDataset("paper", [await newEntity("archive")]);
  await api.approve(id);
  await api.company.settle();
  expect(await owed()).toEqual({ customer: [id], archive: [id] });
});

test("an entity that comes into reach after the release owes, too", async () => {
  const id = await api.submit("ada@example.org");
  await api.company.settle();
  await api.approve(id);
  await api.company.settle();
  await newDataset("paper", [await newEntity("archive")]);
  api.company.world.clock.advance("PT5M");
  await api.company.settle();
  expect(await owed()).toEqual({ customer: [id], archive: [id] });
});

test("the request that takes the lead owes in place of the one that was cancelled", async () => {
  const id = await api.submit("ada@example.org");
  await api.company.settle();
  api.company.world.clock.advance("PT1S");
  const follower = await api.submit("ada@example.org");
  await api.company.settle();
  expect(await owed()).toEqual({ customer: [id] });
  expect(await end("cancelErasureRequest", id)).toEqual([]);
  await api.company.settle();
  expect(await owed()).toEqual({ customer: [follower] });
});

test("a plan opens its obligations with one statement, however many entities it reaches", async () => {
  const { deps } = api.company.world;
  const openings = async (email: string): Promise<number> => {
    const id = await api.submit(email);
    const counted = countStatements(deps);
    expect(await advanceErasure(counted.deps, id)).toBe(true);
    return counted.statements.filter((statement) => statement === "openObligation").length;
  };
  expect(await openings("ada@example.org")).toBe(1);
  for (let index = 0; index < 10; index += 1) await newDataset(`paper-${index}`, [await newEntity(`archive-${index}`)]);
  expect(await openings("eve@example.org")).toBe(1);
  expect(Object.keys(await owed())).toHaveLength(11);
});

test("a transfer of the entity lists the running request", async () => {
  const id = await api.submit("ada@example.org");
  await api.company.settle();
  const PROPOSE = `mutation { proposeOwnershipTransfer(input: { entity: "entity:customer", to: "service:orders" }) { obligations { id kind object since } } }`;
  const { data } = await api.ask("edda", PROPOSE);
  expect(data).toEqual({
    proposeOwnershipTransfer: { obligations: [{ id: stringContaining("-"), kind: "ERASURE", object: id, since: api.company.world.clock.now().toISOString() }] },
  });
});
