import { columnLineage, type Name, runEvent, withFacets } from "./events";
import { encode, type Graph, GRAPH, idOf, idsOf, type LineageWorld, lineageWorld } from "./lineage-world";

const at = (namespace: string, name: string): Name => ({ namespace, name });
const [people, contacts, leads, mailing] = [at("postgres://crm:5432", "crm.people"), at("kafka://bus:9092", "contacts"), at("s3://lake", "leads"), at("https://mailer.example", "list")];
const field = (dataset: Name, name: string): string => `${idOf(dataset)}#${encode(name)}`;

/** An address goes three hops; on the second it also goes through a hash, which goes on as well. */
const EVENTS = [
  runEvent({
    job: "capture", at: "2026-02-01T01:00:00Z", inputs: [people],
    outputs: [withFacets(contacts, columnLineage({ mail: [[people, "email"]], note: [[people, "note"]] }))],
  }),
  runEvent({
    job: "qualify", at: "2026-02-01T02:00:00Z", inputs: [contacts],
    outputs: [withFacets(leads, columnLineage({ address: [[contacts, "mail"]], address_hash: [[contacts, "mail", true]], text: [[contacts, "note"]] }))],
  }),
  runEvent({
    job: "publish", at: "2026-02-01T03:00:00Z", inputs: [leads],
    outputs: [withFacets(mailing, columnLineage({ to: [[leads, "address"]], key: [[leads, "address_hash"]], body: [[leads, "text"]] }))],
  }),
];

describe("a field-level flow through three hops with one masking", () => {
  let world: LineageWorld;
  beforeAll(async () => {
    world = await lineageWorld();
    await world.change("registerService", { key: "crm", name: "CRM" }, "id");
    await world.change("registerService", { key: "mailer", name: "Mailer" }, "id");
    await world.change("registerEntity", { key: "customer", name: "Customer" }, "id");
    await world.change("registerDataset", {
      ...people, service: "service:crm", entities: ["entity:customer"], fields: [{ name: "email", categories: ["user.contact.email"] }, { name: "note", categories: [] }],
    }, "id");
    await world.change("registerDataset", { ...mailing, service: "service:mailer" }, "id");
    await world.change("assignOwnership", { entity: "entity:customer", service: "service:crm", role: "SYSTEM_OF_RECORD" }, "id");
    await world.change("assignOwnership", { entity: "entity:customer", service: "service:mailer", role: "PROCESSOR" }, "id");
    await world.sendAll(EVENTS);
  });
  afterAll(() => world?.close());

  test("is shown field by field, masked where it is", async () => {
    const graph = await world.lineage(field(people, "email"), "DOWNSTREAM", { level: "FIELD", depth: 3 });
    expect([...graph.nodes].sort((one, other) => one.depth - other.depth || (one.id < other.id ? -1 : 1))).toEqual([
      { id: field(people, "email"), depth: 0 },
      { id: field(contacts, "mail"), depth: 1 },
      { id: field(leads, "address"), depth: 2 },
      { id: field(leads, "address_hash"), depth: 2 },
      { id: field(mailing, "key"), depth: 3 },
      { id: field(mailing, "to"), depth: 3 },
    ]);
    expect(edgesOf(graph)).toEqual([
      [field(people, "email"), field(contacts, "mail"), false],
      [field(contacts, "mail"), field(leads, "address"), false],
      [field(contacts, "mail"), field(leads, "address_hash"), true],
      [field(leads, "address"), field(mailing, "to"), false],
      [field(leads, "address_hash"), field(mailing, "key"), false],
    ].sort());
    expect(graph.truncatedAt).toEqual([]);
  });

  test("is traced back to the one field it comes from", async () => {
    const graph = await world.lineage(field(mailing, "key"), "UPSTREAM", { level: "FIELD", depth: 5 });
    expect(idsOf(graph)).toEqual([field(mailing, "key"), field(leads, "address_hash"), field(contacts, "mail"), field(people, "email")].sort());
  });

  test("of personal data stops where it is masked, passes by what is not personal and reaches the processor", async () => {
    const query = `query ($from: ID!, $category: String) { personalDataFlow(from: $from, category: $category) ${GRAPH} }`;
    for (const variables of [{ from: idOf(people) }, { from: idOf(people), category: "user.contact" }, { from: "entity:customer" }]) {
      const { personalDataFlow } = await world.ask<{ personalDataFlow: Graph }>(query, variables, "reader");
      const ids = idsOf(personalDataFlow);
      expect(ids.filter((id) => id.includes("#"))).toEqual([field(people, "email"), field(contacts, "mail"), field(leads, "address"), field(mailing, "to")].sort());
      expect(ids.filter((id) => !id.includes("#"))).toEqual([...[people, contacts, leads, mailing].map(idOf), "service:mailer"].sort());
    }
    const { personalDataFlow } = await world.ask<{ personalDataFlow: Graph }>(query, { from: idOf(people), category: "user.financial" }, "reader");
    expect(personalDataFlow.edges).toEqual([]);
  });

  test("is in custody behind the hash as well", async () => {
    const { datasets } = await world.custody(idOf(people));
    expect(datasets.map(({ id, excluded }) => [id, excluded])).toEqual([[idOf(contacts), null], [idOf(leads), null], [idOf(mailing), null]]);
  });
});

const edgesOf = (graph: Graph) => graph.edges.map(({ from, to, masking }) => [from, to, masking]).sort();
