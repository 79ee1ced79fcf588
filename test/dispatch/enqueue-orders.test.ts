import { enqueueOrders, type NewOrder } from "../../src/dispatch";
import { ORDER_STATES } from "../../src/dispatch/model";
import { ORDER_KINDS } from "../../src/protocol";
import { countStatements } from "../support/count-statements";
import { createDeliveryWorld, type DeliveryWorld } from "./support/delivery-world";

let world: DeliveryWorld;
beforeAll(async () => void (world = await createDeliveryWorld()));
afterAll(() => world.close());

const constraint = async (column: string): Promise<string[]> => {
  const [row] = await world.deps.db.query<{ definition: string }>(
    "findConstraint",
    "select pg_get_constraintdef(oid) as definition from pg_constraint where conname = $1",
    [`orders_${column}_check`],
  );
  return [...row!.definition.matchAll(/'([^']+)'/g)].map(([, value]) => value!);
};

test("10,000 orders are enqueued with one statement, and keep their order", async () => {
  const service = await world.service("orders", { datasets: 2 });
  const order = (at: number): NewOrder => ({
    owner: "test", ownerRef: "0195a000-0000-7000-8000-000000000001", service: "orders", kind: "verify", datasets: world.datasets(service), details: { at }, due: null,
    sendAt: new Date("2030-01-01T00:00:00Z"),
  });
  const { deps, statements } = countStatements(world.deps);
  const ids = await deps.transaction((tx) => enqueueOrders(tx, Array.from({ length: 10_000 }, (_, at) => order(at))));
  expect(statements).toEqual(["insertOrders"]);
  expect(new Set(ids).size).toBe(10_000);
  const rows = await world.deps.db.query<{ at: number }>(
    "findPlaces",
    "select (o.details ->> 'at')::int as at from unnest($1::uuid[]) with ordinality as g (id, place) join orders o using (id) join order_queue q on q.order_id = o.id order by place",
    [ids],
  );
  expect(rows.map((row) => row.at)).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
});

test("an order for a service that does not exist is refused by the database", async () => {
  const order: NewOrder = { owner: "test", ownerRef: "0195a000-0000-7000-8000-000000000001", service: "nobody", kind: "verify", datasets: [], due: null };
  await expect(world.deps.transaction((tx) => enqueueOrders(tx, [order]))).rejects.toMatchObject({ code: "23503" });
});

test("no orders are no statement", async () => {
  const { deps, statements } = countStatements(world.deps);
  expect(await deps.transaction((tx) => enqueueOrders(tx, []))).toEqual([]);
  expect(statements).toEqual([]);
});

test("the database knows the same states and kinds as the code", async () => {
  expect(await constraint("state")).toEqual([...ORDER_STATES]);
  expect(await constraint("kind")).toEqual([...ORDER_KINDS]);
});
