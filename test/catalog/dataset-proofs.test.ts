import { proofs } from "../../src/catalog";
import { findDatasetIds } from "../../src/catalog/storage/plan-queries";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

const NAME = { namespace: "postgres://shop:5432", name: "carts" };
let world: World;
beforeAll(async () => { world = await setup(); });
afterAll(() => world.close());

it("a proof stays with its dataset until the dataset moves to another service, whose handlers have proven nothing", async () => {
  const { deps, clock } = world;
  for (const key of ["web", "app"]) await registerService(deps, { actor: "editor", key, name: key });
  await registerDataset(deps, { actor: "editor", ...NAME, service: "web" });
  const id = [...(await findDatasetIds(deps.db, [NAME])).values()][0]!;
  await deps.transaction((tx) => proofs.record(tx, [{ datasetId: id, kind: "LIVE", at: clock.now() }]));

  await registerDataset(deps, { actor: "editor", ...NAME, identifierTypes: ["email"] });
  expect((await proofs.findLiveSince(deps.db, [id])).get(id)).toEqual(clock.now());
  await registerDataset(deps, { actor: "editor", ...NAME, service: "app" });
  expect((await proofs.findLiveSince(deps.db, [id])).has(id)).toBe(false);
});

it("a proof that is being recorded while its dataset moves to another service goes with the move", async () => {
  const { deps, clock } = world;
  const name = { namespace: "postgres://shop:5432", name: "leaving" };
  await registerDataset(deps, { actor: "editor", ...name, service: "web" });
  const id = [...(await findDatasetIds(deps.db, [name])).values()][0]!;
  let moving: Promise<unknown> | undefined;
  await deps.transaction(async (tx) => {
    await proofs.record(tx, [{ datasetId: id, kind: "LIVE", at: clock.now(), by: "web" }]);
    moving = registerDataset(deps, { actor: "editor", ...name, service: "app" });
    await waitFor(async () => (await asOwner(deps, "waitingMoves", "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length > 0);
  });
  await moving;
  expect((await proofs.findLiveSince(deps.db, [id])).has(id)).toBe(false);
});

it("what proved a handler alive is forgotten when orders go to another address, by whichever way it changes", async () => {
  const { deps, clock } = world;
  const name = { namespace: "postgres://shop:5432", name: "orders" };
  const actor = "editor";
  await registerService(deps, { actor, key: "orders", name: "Orders", endpointUrl: "https://a.example/cadastre" });
  await registerDataset(deps, { actor, ...name, service: "orders" });
  const id = [...(await findDatasetIds(deps.db, [name])).values()][0]!;
  const prove = () => deps.transaction((tx) => proofs.record(tx, [{ datasetId: id, kind: "LIVE", at: clock.now() }]));
  const isProven = async () => (await proofs.findLiveSince(deps.db, [id])).has(id);

  await prove();
  await registerService(deps, { actor, key: "orders", name: "Orders", team: "shop" });
  expect(await isProven()).toBe(true);
  await registerService(deps, { actor, key: "orders", name: "Orders", endpointUrl: "https://b.example/cadastre" });
  expect(await isProven()).toBe(false);

  await prove();
  const document = "services: [{ key: orders, name: Orders, endpointUrl: https://c.example/cadastre }]";
  await importDescriptors(deps, { actor, source: "s", format: "CADASTRE", document, dryRun: false });
  expect(await isProven()).toBe(false);
});

it("a proof that comes from a service that hosts the dataset no more counts for nothing, also where the dataset is moved meanwhile", async () => {
  const { deps, clock } = world;
  const name = { namespace: "postgres://shop:5432", name: "moving" };
  await registerDataset(deps, { actor: "editor", ...name, service: "web" });
  const id = [...(await findDatasetIds(deps.db, [name])).values()][0]!;
  const prove = (by: string) => deps.transaction((tx) => proofs.record(tx, [{ datasetId: id, kind: "LIVE", at: clock.now(), by }]));
  const isProven = async () => (await proofs.findLiveSince(deps.db, [id])).has(id);

  await prove("app");
  expect(await isProven()).toBe(false);

  // The proof arrives while the move is not committed yet.
  let proving: Promise<void> | undefined;
  await deps.transaction(async (tx) => {
    await tx.execute("moveDataset", "update datasets set service_key = 'app' where id = $1", [id]);
    proving = prove("web");
    await waitFor(async () => (await asOwner(deps, "waitingProofs", "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).length > 0);
  });
  await proving;
  expect(await isProven()).toBe(false);
  await prove("app");
  expect(await isProven()).toBe(true);
});
