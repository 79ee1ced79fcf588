import { findDatasetIds, findLiveSince, recordDatasetProofs } from "../../src/catalog";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup, type World } from "../support/setup";

const NAME = { namespace: "postgres://shop:5432", name: "carts" };
let world: World;
beforeAll(async () => { world = await setup(); });
afterAll(() => world.close());

it("a proof stays with its dataset until the dataset moves to another service, whose handlers have proven nothing", async () => {
  const { deps, clock } = world;
  for (const key of ["web", "app"]) await registerService(deps, { actor: "editor", key, name: key });
  await registerDataset(deps, { actor: "editor", ...NAME, service: "web" });
  const id = [...(await findDatasetIds(deps.db, [NAME])).values()][0]!;
  await deps.transaction((tx) => recordDatasetProofs(tx, [{ datasetId: id, kind: "LIVE", at: clock.now() }]));

  await registerDataset(deps, { actor: "editor", ...NAME, identifierTypes: ["email"] });
  expect((await findLiveSince(deps.db, [id])).get(id)).toEqual(clock.now());
  await registerDataset(deps, { actor: "editor", ...NAME, service: "app" });
  expect((await findLiveSince(deps.db, [id])).has(id)).toBe(false);
});

it("what proved a handler alive is forgotten when orders go to another address, by whichever way it changes", async () => {
  const { deps, clock } = world;
  const name = { namespace: "postgres://shop:5432", name: "orders" };
  const actor = "editor";
  await registerService(deps, { actor, key: "orders", name: "Orders", endpointUrl: "https://a.example/cadastre" });
  await registerDataset(deps, { actor, ...name, service: "orders" });
  const id = [...(await findDatasetIds(deps.db, [name])).values()][0]!;
  const prove = () => deps.transaction((tx) => recordDatasetProofs(tx, [{ datasetId: id, kind: "LIVE", at: clock.now() }]));
  const isProven = async () => (await findLiveSince(deps.db, [id])).has(id);

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
