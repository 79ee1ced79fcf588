import { createDispatcher, type OrderEvent } from "../../src/dispatch";
import type { Tx } from "../../src/platform/database/sql";
import { asOwner } from "../support/as-owner";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";

let world: DeliveryWorld;
beforeEach(async () => void (world = await createDeliveryWorld()));
afterEach(() => world.close());

/** A moment that others wait for. */
function moment(): { readonly come: Promise<void>; reach: () => void } {
  let reach = (): void => undefined;
  const come = new Promise<void>((resolve) => (reach = resolve));
  return { come, reach };
}

test("a claim and a record of the same service and the same owner's object do not block each other", async () => {
  const service = await world.service("orders");
  await asOwner(world.deps, "createObject", "create table object (id integer primary key)");
  await asOwner(world.deps, "shareObject", "grant all on object to public");
  await world.deps.db.query("insertObject", "insert into object values (1)");
  const [recording, claiming] = [moment(), moment()];
  const heard: OrderEvent["type"][] = [];
  const first = await world.order(service);

  const { recordEvents } = world.owner;
  world.owner.recordEvents = async (tx: Tx, events) => {
    heard.push(...events.map(({ type }) => type));
    const isRecord = events.some(({ type }) => type === "ANSWERED");
    const isSecondClaim = !isRecord && events.some(({ order }) => order.id !== first);
    if (isSecondClaim) claiming.reach();
    await tx.query("lockObject", "select from object for update");
    if (isRecord && events[0]?.order.id === first) {
      recording.reach();
      await claiming.come;
    }
    await recordEvents(tx, events);
  };

  const record = world.dispatcher.runOnce();
  await recording.come;
  const second = await world.order(service);
  const claim = createDispatcher(world.deps, { outbound: world.outbound, owners: [world.owner] }).runOnce();
  await Promise.all([record, claim]);
  expect(await world.find(first)).toMatchObject({ state: "ANSWERED", attempts: 1 });
  expect(await world.find(second)).toMatchObject({ state: "ANSWERED", attempts: 1 });
  // A deadlock would have run one of the transactions a second time.
  expect(heard).toEqual(["CLAIMED", "ANSWERED", "CLAIMED", "ANSWERED"]);
});
