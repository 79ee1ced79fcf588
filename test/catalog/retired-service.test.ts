import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { listFindings } from "../../src/catalog/storage/finding-queries";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup, type World } from "../support/setup";

const SERVICES = "services: [{ key: ship, name: Ship }]";
const CARGO = `
entities: [{ key: cargo, name: Cargo }]
assignments: [{ entity: cargo, service: ship, role: SYSTEM_OF_RECORD }]
datasets: [{ namespace: pg, name: cargo, service: ship, entities: [cargo], fields: [{ name: weight, categories: [] }] }]
`;

let world: World;
beforeEach(async () => (world = await setup()));
afterEach(() => world.close());

const apply = (source: string, document: string): Promise<ImportReport> =>
  importDescriptors(world.deps, { actor: "ada", source, format: "CADASTRE", document, dryRun: false });
const findings = async (): Promise<string[]> => {
  const { edges } = await listFindings(world.deps.db, { kinds: ["RETIRED_SERVICE"], includeSilenced: false }, { first: 50, after: null });
  return edges.map(({ node }) => node.subject).sort();
};

test("what relies on a service that its source has retired is found, and its own source stays without a change", async () => {
  await apply("services.yaml", SERVICES);
  await apply("cargo.yaml", CARGO);
  expect(await findings()).toEqual([]);
  expect(await apply("services.yaml", "")).toMatchObject({ changes: 1 });
  expect(await findings()).toEqual(["dataset:pg:cargo", "entity:cargo"]);
  expect(await apply("cargo.yaml", CARGO)).toMatchObject({ changes: 0, errors: [] });

  await registerService(world.deps, { actor: "ada", key: "ship", name: "Ship" });
  expect(await findings()).toEqual([]);
});

test("a source that retires a service and refers to it is told so; nothing new is assigned to a retired one", async () => {
  await apply("all.yaml", `${SERVICES}\n---\n${CARGO}`);
  expect((await apply("all.yaml", CARGO)).errors).toEqual([
    expect.stringMatching(/^all\.yaml:3:.*service:ship is not declared here/), expect.stringMatching(/^all\.yaml:4:.*service:ship is not declared here/),
  ]);
  await apply("all.yaml", "entities: [{ key: cargo, name: Cargo }]");
  const assigning = assignOwnership(world.deps, { actor: "ada", entity: "cargo", service: "ship", role: "READER" });
  await expect(assigning).rejects.toMatchObject({ code: "NOT_FOUND" });
});
