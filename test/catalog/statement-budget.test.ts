import { obligations } from "../../src/catalog";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { proposeOwnershipTransfer } from "../../src/catalog/use-cases/propose-ownership-transfer";
import { buildGraphqlSchema } from "../../src/app/graphql-schema";
import { permissionsOf } from "../../src/access";
import { RequestContext } from "../../src/platform/graphql/request-context";
import { execute, parse } from "graphql";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
  const document = JSON.stringify({
    services: keys.map((key) => ({ key, name: key, endpointUrl: "https://shop.test/" })),
    entities: keys.map((key) => ({ key, name: key })),
    datasets: keys.flatMap((key) => ["one", "two"].map((name) => ({ namespace: key, name, service: key, entities: [key], fields: [{ name: "f" }] }))),
    assignments: keys.flatMap((key, index) => [
      { entity: key, service: key, role: "SYSTEM_OF_RECORD" },
      { entity: key, service: keys[(index + 1) % keys.length], role: "READER" },
    ]),
  });
  expect(await importDescriptors(world.deps, { actor: "ada", source: "s", format: "CADASTRE", document, dryRun: false })).toMatchObject({ errors: [] });
  for (const entity of keys) await proposeOwnershipTransfer(world.deps, { actor: "ada", entity, to: entity === "k0" ? "k1" : "k0" });
  await world.deps.transaction((tx) => obligations.open(tx, { entityKeys: keys, kind: "ERASURE", object: "request" }));
});
afterAll(() => world.close());

/** Names of the statements that the operation ran for pages of this size. */
async function statementsOf(query: string, size: number): Promise<string[]> {
  const counted = countStatements(world.deps);
  const caller = { principal: "ada", permissions: permissionsOf(["reader"]) };
  const { errors } = await execute({
    schema: buildGraphqlSchema(), document: parse(query), variableValues: { size }, contextValue: new RequestContext(counted.deps, caller, "test"),
  });
  expect(errors).toBeUndefined();
  return counted.statements;
}

test.each<[string, string, string[]]>([
  [
    "entities with owner, datasets and fields",
    `query ($size: Int!) { entities(first: $size) { edges { node { id systemOfRecord { id name } datasets(first: $size) { edges { node { id fields { name } otherNames personal } } } } } } }`,
    ["findFields", "findOtherNames", "findSystemsOfRecord", "listDatasetsOfEntities", "listEntities"],
  ],
  [
    "services with all that hangs on them",
    `query ($size: Int!) { services(first: $size) { edges { node { endpoint { url lastCheck { passed } } assignments { entity { name } service { name } }
       datasets(first: $size) { edges { node { service { id } entities { id } proofGrade fields { name } } } } } } } }`,
    ["findAssignmentsOfServices", "findDatasetProofs", "findEndpointChecks", "findEntities", "findEntitiesOfDatasets", "findFields", "findServices", "listDatasetsOfServices", "listServices"],
  ],
  [
    "transfers with both services and what is owed",
    `query ($size: Int!) { ownershipTransfers(first: $size) { edges { node { state entity { name } from { name } to { name } obligationCount obligations { object } } } } }`,
    ["countOpenObligations", "findEntities", "findOpenObligations", "findServices", "listTransfers"],
  ],
  [
    "owners at three instants",
    `query ($size: Int!) { entities(first: $size) { edges { node { now: systemOfRecord { id } then: systemOfRecord(asOf: "2026-01-01T00:00:00Z") { id }
       known: systemOfRecord(knownAt: "2026-01-01T00:00:00Z") { id } } } } }`,
    ["findSystemsOfRecord", "listEntities"],
  ],
  [
    "rows of the matrix with entities, services and findings",
    "query ($size: Int!) { ownershipMatrix(first: $size) { rows { entity { name } cells { service { name team } roles } findings { kind } } } }",
    ["findAssignmentsOfEntities", "findEntities", "findOpenFindings", "findServices", "matrixCONFLICT", "matrixORPHAN", "matrixREST"],
  ],
  [
    "rows of a past matrix, filtered in every way",
    `query ($size: Int!) { ownershipMatrix(first: $size, asOf: "2027-01-01T00:00:00Z", knownAt: "2027-01-01T00:00:00Z",
       filter: { services: ["k1", "k2", "k3"], teams: ["t"], domain: "d", category: "user", withFindings: true }) { rows { entity { name } cells { service { name } } findings { kind } } } }`,
    [
      "countListedFindings", "gatherEntitiesOfCategory", "gatherEntitiesWithFindings", "matrixCONFLICTServiceTeamDomainRareCategoryAllRareFindings",
      "matrixORPHANServiceTeamDomainRareCategoryAllRareFindings", "matrixRESTServiceTeamDomainRareCategoryRareFindings",
    ],
  ],
  [
    "entities of services, now and then",
    `query ($size: Int!) { services(first: $size) { edges { node { entities(first: 2) { edges { node { name } } }
       then: entities(first: 2, asOf: "2027-01-01T00:00:00Z") { edges { node { name } } } } } } }`,
    ["listEntitiesOfServices", "listServices"],
  ],
  [
    "coverage by service",
    "query ($size: Int!) { erasureCoverageByService(first: $size) { edges { node { service { name } coverage { inScope } } } } }",
    ["findServices", "listCoverageByService"],
  ],
])("%s take the same statements for a page of one and of forty", async (_, query, expected) => {
  expect((await statementsOf(query, 1)).sort()).toEqual(expected);
  expect((await statementsOf(query, 40)).sort()).toEqual(expected);
});
