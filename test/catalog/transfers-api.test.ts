import { obligations } from "../../src/catalog";
import { catalogWorld, type CatalogWorld } from "./catalog-world";

let world: CatalogWorld;
beforeAll(async () => {
  world = await catalogWorld();
  for (const key of ["crm", "shop", "mail"]) await done("registerService", { key, name: key });
});
afterAll(() => world.close());

const SHOWN = `id state effectiveAt entity { id } from { id } to { id } proposedBy proposedAt decidedBy decidedAt reason
  obligationCount obligations { kind object since }`;

type Role = Parameters<CatalogWorld["ask"]>[2];
function typeOf(name: string): string {
  if (name === "proposeOwnershipTransfer") return "ProposeTransferInput";
  return name.endsWith("OwnershipTransfer") ? "DecideTransferInput" : `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
}

async function done(name: string, input: Record<string, unknown>, role: Role = "editor"): Promise<Record<string, unknown> & { id: string }> {
  const selection = name.endsWith("OwnershipTransfer") ? SHOWN : "id";
  const data = await world.ask<Record<string, { id: string }>>(`mutation ($input: ${typeOf(name)}!) { ${name}(input: $input) { ${selection} } }`, { input }, role);
  return data[name]!;
}
const refused = (name: string, input: Record<string, unknown>, role: Role = "editor") =>
  done(name, input, role).then(() => "done", (error: { code: string; message: string }) => error);

let entities = 0;
async function owned(): Promise<string> {
  const { id: entity } = await done("registerEntity", { key: `entity-${(entities += 1)}`, name: "Entity" });
  await done("assignOwnership", { entity, service: "service:crm", role: "SYSTEM_OF_RECORD" });
  return entity;
}
const inDays = (days: number): string => new Date(world.clock.now().getTime() + days * 86_400_000).toISOString();
const show = (id: string) =>
  world.ask<{ ownershipTransfer: Record<string, unknown> | null }>(`query ($id: ID!) { ownershipTransfer(id: $id) { ${SHOWN} } }`, { id }).then((data) => data.ownershipTransfer);

test("an editor proposes, an approver accepts, and time makes it effective", async () => {
  const entity = await owned();
  const proposed = await done("proposeOwnershipTransfer", { entity, to: "service:shop", effectiveAt: inDays(2) });
  const transfer = {
    id: proposed.id, state: "PROPOSED", effectiveAt: inDays(2), entity: { id: entity }, from: { id: "service:crm" }, to: { id: "service:shop" },
    proposedBy: "the editor", proposedAt: inDays(0), decidedBy: null, decidedAt: null, reason: null, obligationCount: 0, obligations: [],
  };
  expect(proposed).toEqual(transfer);
  world.clock.advance("P1D");
  const accepted = { ...transfer, state: "ACCEPTED", decidedBy: "the approver", decidedAt: inDays(0), reason: "agreed" };
  expect(await done("acceptOwnershipTransfer", { id: proposed.id, reason: "agreed" }, "approver")).toEqual(accepted);
  const owner = () => world.ask(`query ($id: ID!, $at: DateTime!) { entity(id: $id) { systemOfRecord { id } then: systemOfRecord(asOf: $at) { id } } }`, { id: entity, at: inDays(1) });
  expect(await owner()).toEqual({ entity: { systemOfRecord: { id: "service:crm" }, then: { id: "service:shop" } } });
  world.clock.advance("P1D");
  expect(await show(proposed.id)).toEqual({ ...accepted, state: "EFFECTIVE" });
  expect(await owner()).toMatchObject({ entity: { systemOfRecord: { id: "service:shop" } } });
});

test("without an instant it is effective as soon as it is accepted", async () => {
  const { id } = await done("proposeOwnershipTransfer", { entity: await owned(), to: "service:shop" });
  expect(await done("acceptOwnershipTransfer", { id }, "approver")).toMatchObject({ state: "EFFECTIVE", effectiveAt: inDays(0) });
});

test("it is declined by another and withdrawn by its proposer, and by nobody else", async () => {
  const entity = await owned();
  const [one, other] = [await done("proposeOwnershipTransfer", { entity, to: "service:shop" }), await done("proposeOwnershipTransfer", { entity, to: "service:mail" })];
  expect(await refused("acceptOwnershipTransfer", { id: one.id })).toMatchObject({ code: "FORBIDDEN" });
  expect(await refused("declineOwnershipTransfer", { id: one.id })).toMatchObject({ code: "FORBIDDEN" });
  expect(await refused("withdrawOwnershipTransfer", { id: one.id }, "admin")).toMatchObject({ code: "FORBIDDEN" });
  expect(await done("declineOwnershipTransfer", { id: one.id, reason: "no" }, "admin")).toMatchObject({ state: "DECLINED", decidedBy: "the admin", reason: "no" });
  expect(await done("withdrawOwnershipTransfer", { id: other.id })).toMatchObject({ state: "WITHDRAWN", decidedBy: "the editor" });
  const denied = await world.deps.db.query<{ action: string }>(
    "testDenied",
    "select action from audit_entry_facts where object = $1 and outcome = 'denied' order by action",
    [one.id],
  );
  expect(denied.map(({ action }) => action)).toEqual(["accept", "decline", "withdraw"].map((verb) => `catalog.${verb}-ownership-transfer`));
});

test("a reason that is no text is refused; an id of nothing finds nothing", async () => {
  const { id } = await done("proposeOwnershipTransfer", { entity: await owned(), to: "service:shop" });
  for (const reason of ["", "x".repeat(513), "a\u0000b"]) {
    expect(await refused("declineOwnershipTransfer", { id, reason }, "admin")).toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringContaining("reason") as string });
  }
  expect(await show("nothing")).toBeNull();
  expect(await show("0190a0a0-0000-7000-8000-000000000000")).toBeNull();
});

describe("obligations", () => {
  const owe = (keys: string[], object: string) => world.deps.transaction((tx) => obligations.open(tx, { entityKeys: keys.map(keyOf), kind: "ERASURE", object }));
  const settle = (object: string) => world.deps.transaction((tx) => obligations.close(tx, { kind: "ERASURE", object }));
  const keyOf = (entity: string): string => entity.slice("entity:".length);
  const objectsOf = (transfer: Record<string, unknown> | null): string[] => (transfer?.obligations as { object: string }[]).map(({ object }) => object);

  test("are listed at proposal and at acceptance, and stay with the entity until they are closed", async () => {
    const entity = await owned();
    await owe([entity], "request-1");
    world.clock.advance("PT1H");
    await owe([entity, await owned()], "request-2");
    const proposed = await done("proposeOwnershipTransfer", { entity, to: "service:shop" });
    expect(proposed).toMatchObject({ obligationCount: 2, obligations: [{ kind: "ERASURE", object: "request-1" }, { kind: "ERASURE", object: "request-2", since: inDays(0) }] });
    await settle("request-1");
    await owe([entity], "request-3");
    const accepted = await done("acceptOwnershipTransfer", { id: proposed.id }, "approver");
    expect(objectsOf(accepted).sort()).toEqual(["request-2", "request-3"]);
    await settle("request-2");
    const shown = await show(proposed.id);
    expect([objectsOf(shown), shown?.obligationCount]).toEqual([["request-3"], 1]);
  });

  test("of an entity whose transfer came to nothing are not shown with it", async () => {
    const entity = await owned();
    await owe([entity], "request-4");
    const { id } = await done("proposeOwnershipTransfer", { entity, to: "service:shop" });
    expect(await done("withdrawOwnershipTransfer", { id })).toMatchObject({ obligationCount: 0, obligations: [] });
  });

  test("opened or closed twice are opened or closed once, and can be opened again", async () => {
    const [one, other] = [await owned(), await owned()];
    const rows = () => world.deps.db.query("testObligations", "select id, entity_key, opened_at, closed_at from obligations where object = 'request-5' order by entity_key, opened_at");
    await owe([one, one], "request-5");
    const opened = await rows();
    expect(opened).toMatchObject([{ closed_at: null }]);
    world.clock.advance("PT1H");
    await owe([one, other], "request-5");
    expect(await rows()).toEqual([...opened, expect.objectContaining({ entity_key: keyOf(other) })]);
    await settle("request-5");
    const closed = await rows();
    expect(closed).toMatchObject([{ closed_at: world.clock.now() }, { closed_at: world.clock.now() }]);
    world.clock.advance("PT1H");
    await settle("request-5");
    expect(await rows()).toEqual(closed);
    await owe([one], "request-5");
    expect(await rows()).toHaveLength(3);
    await owe([], "request-6");
  });

  test("of another object or kind are left alone", async () => {
    const entity = await owned();
    await owe([entity], "request-7");
    await world.deps.transaction((tx) => obligations.open(tx, { entityKeys: [keyOf(entity)], kind: "HOLD", object: "request-7" }));
    await settle("request-7");
    const { obligations: owed } = await done("proposeOwnershipTransfer", { entity, to: "service:shop" });
    expect(owed).toMatchObject([{ kind: "HOLD", object: "request-7" }]);
  });

  test("are shown a hundred at most, the oldest first, and counted", async () => {
    const entity = await owned();
    for (let index = 0; index < 101; index += 1) {
      world.clock.advance("PT1S");
      await owe([entity], `many-${index}`);
    }
    const { id, obligationCount } = await done("proposeOwnershipTransfer", { entity, to: "service:shop" });
    expect(obligationCount).toBe(101);
    const shown = await show(id);
    expect([objectsOf(shown).length, objectsOf(shown)[0], objectsOf(shown)[99]]).toEqual([100, "many-0", "many-99"]);
    const firstOf = (first: number) => world.ask(`query ($id: ID!, $first: Int) { ownershipTransfer(id: $id) { obligations(first: $first) { object } } }`, { id, first });
    expect(await firstOf(1)).toEqual({ ownershipTransfer: { obligations: [{ object: "many-0" }] } });
    for (const size of [0, 101]) await expect(firstOf(size)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});

describe("the list of transfers", () => {
  interface Listed {
    readonly ownershipTransfers: { readonly edges: { readonly node: { readonly id: string; readonly state: string } }[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string } };
  }
  const list = (variables: Record<string, unknown>) =>
    world.ask<Listed>(
      `query ($entity: ID, $state: TransferState, $first: Int, $after: String) {
         ownershipTransfers(entity: $entity, state: $state, first: $first, after: $after) { edges { node { id state } } pageInfo { hasNextPage endCursor } }
       }`,
      variables,
    );
  const ids = ({ ownershipTransfers: { edges } }: Listed): string[] => edges.map(({ node }) => node.id);

  test("is read in pages, the newest proposal first, each once", async () => {
    const entity = await owned();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      // Two of one instant, then an instant later.
      if (index % 2 === 0) world.clock.advance("PT1S");
      made.unshift((await done("proposeOwnershipTransfer", { entity, to: index % 2 === 0 ? "service:shop" : "service:mail" })).id);
    }
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const page: Listed = await list({ entity, first: 2, after });
      seen.push(...ids(page));
      after = page.ownershipTransfers.pageInfo.endCursor;
      if (!page.ownershipTransfers.pageInfo.hasNextPage) break;
    }
    expect(seen[0]).toBe(made[0]);
    expect([seen.slice(1, 3).sort(), seen.slice(3).sort()]).toEqual([made.slice(1, 3).sort(), made.slice(3).sort()]);
    expect(ids(await list({ first: 5 }))).toEqual(seen);
    for (const bad of [{ first: 0 }, { first: 101 }, { after: "nonsense" }]) await expect(list(bad)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  test("is filtered by entity and by the state of this instant", async () => {
    const entity = await owned();
    const decided = async (verb: string, to: string, role: Role, more: Record<string, unknown> = {}) => {
      const { id } = await done("proposeOwnershipTransfer", { entity, to, ...more });
      return (await done(`${verb}OwnershipTransfer`, { id }, role)).id;
    };
    const declined = await decided("decline", "service:mail", "admin");
    const withdrawn = await decided("withdraw", "service:mail", "editor");
    const effective = await decided("accept", "service:shop", "approver");
    const accepted = await decided("accept", "service:mail", "approver", { effectiveAt: inDays(1) });
    const { id: proposed } = await done("proposeOwnershipTransfer", { entity, to: "service:crm", effectiveAt: inDays(2) });
    const expected = { PROPOSED: proposed, ACCEPTED: accepted, EFFECTIVE: effective, WITHDRAWN: withdrawn, DECLINED: declined };
    for (const [state, id] of Object.entries(expected)) {
      expect((await list({ entity, state })).ownershipTransfers.edges).toEqual([{ node: { id, state } }]);
    }
    expect(ids(await list({ entity: entity.slice("entity:".length) })).sort()).toEqual(Object.values(expected).sort());
    world.clock.advance("P1D");
    expect(ids(await list({ entity, state: "EFFECTIVE" })).sort()).toEqual([effective, accepted].sort());
    expect(ids(await list({ entity: "entity:nothing" }))).toEqual([]);
  });
});
