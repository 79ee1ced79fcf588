import { declineOwnershipTransfer } from "../../src/catalog/use-cases/decline-ownership-transfer";
import { withdrawOwnershipTransfer } from "../../src/catalog/use-cases/withdraw-ownership-transfer";
import { auditTrail } from "./audit-trail";
import { type TransferWorld, transferWorld } from "./transfer-world";

let world: TransferWorld;
beforeAll(async () => (world = await transferWorld()));
afterAll(() => world.close());

describe.each([
  { verb: "decline", decide: declineOwnershipTransfer, state: "DECLINED", by: "bob", notBy: "ada" },
  { verb: "withdraw", decide: withdrawOwnershipTransfer, state: "WITHDRAWN", by: "ada", notBy: "bob" },
])("$verb", ({ verb, decide, state, by, notBy }) => {
  test("ends the transfer and leaves ownership as it is", async () => {
    const entity = await world.owned();
    const owners = await world.owners(entity);
    const transfer = await world.propose(entity, { effectiveAt: world.inDays(1) });
    const decided = await decide(world.deps, { actor: by, id: transfer.id, reason: "not now" });
    expect(decided).toEqual({ ...transfer, state, decidedBy: by, decidedAt: world.clock.now(), reason: "not now" });
    expect(await world.transfer(transfer)).toEqual(decided);
    expect(await world.owners(entity)).toEqual(owners);
    const entries = (await auditTrail(world.deps)).filter(({ action, object }) => object === transfer.id && !action.startsWith("catalog.propose"));
    expect(entries).toEqual([{ action: `catalog.${verb}-ownership-transfer`, object: transfer.id, outcome: "ok" }]);
  });

  test("twice changes nothing", async () => {
    const { id } = await world.propose(await world.owned());
    const decided = await decide(world.deps, { actor: by, id });
    const before = await auditTrail(world.deps);
    world.clock.advance("PT1H");
    expect(await decide(world.deps, { actor: by, id, reason: "still" })).toEqual(decided);
    expect(await auditTrail(world.deps)).toEqual(before);
  });

  test("is not for the other side, whatever was decided", async () => {
    const transfer = await world.propose(await world.owned());
    const refused = () => expect(decide(world.deps, { actor: notBy, id: transfer.id })).rejects.toMatchObject({ code: "FORBIDDEN", object: transfer.id });
    await refused();
    expect(await world.transfer(transfer)).toEqual(transfer);
    await decide(world.deps, { actor: by, id: transfer.id });
    await refused();
  });

  test("is refused once something else was decided", async () => {
    const { id } = await world.propose(await world.owned());
    await (verb === "decline" ? withdrawOwnershipTransfer(world.deps, { actor: "ada", id }) : declineOwnershipTransfer(world.deps, { actor: "bob", id }));
    const before = await world.transfer({ id });
    await expect(decide(world.deps, { actor: by, id })).rejects.toMatchObject({ code: "PRECONDITION_FAILED", object: id });
    expect(await world.transfer({ id })).toEqual(before);
  });

  test.each([" ", "not\u200B now", "\u202Enot now"])("with the reason %j is refused", async (reason) => {
    const transfer = await world.propose(await world.owned());
    await expect(decide(world.deps, { actor: by, id: transfer.id, reason })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(await world.transfer(transfer)).toEqual(transfer);
  });

  test("of an unknown transfer is refused", async () => {
    await expect(decide(world.deps, { actor: by, id: "nothing" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

test("declining what another has declined is refused", async () => {
  const { id } = await world.propose(await world.owned());
  await declineOwnershipTransfer(world.deps, { actor: "bob", id });
  await expect(declineOwnershipTransfer(world.deps, { actor: "cleo", id })).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
});
