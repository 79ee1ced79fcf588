import { findServices } from "../../src/catalog";
import { findDatasetDefinitions } from "../../src/catalog/storage/dataset-queries";
import { findTeams } from "../../src/catalog/storage/team-queries";
import { importDescriptors, type ImportReport } from "../../src/catalog/use-cases/import-descriptors";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";
import { fixturesOf, readDescriptor } from "./read-descriptor";

let world: World;
beforeAll(async () => (world = await setup()));
afterAll(() => world.close());

const apply = (document: string, source = "catalog-info.yaml", format: "AUTO" | "BACKSTAGE" = "AUTO"): Promise<ImportReport> =>
  importDescriptors(world.deps, { actor: "ada", source, format, document, dryRun: false });
const read = (text: string) => readDescriptor(text, "BACKSTAGE");

/** An entity; `spec` and what else stands in `metadata` in flow style. */
const entity = (kind: string, name: string, spec: string, metadata = ""): string =>
  `apiVersion: backstage.io/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name}${metadata} }\nspec: ${spec}\n`;
const component = (name: string, spec = "", metadata = ""): string =>
  entity("Component", name, `{ type: service, lifecycle: production, owner: crew${spec} }`, metadata);

const BOOKING = `
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Seat-Booking
  title: Seat booking
  description: Books seats.
  labels: { tier: gold }
  annotations:
    example.test/slug: crew/seats
    example.test/contact: someone@example.test
  tags: [java, data]
  links:
    - { url: "https://wiki.example.test/seats", title: Wiki }
    - { url: "mailto:someone@example.test", title: Some One }
spec:
  type: service
  lifecycle: production
  owner: group:default/Crew
  system: seating
  subcomponentOf: component:travel
  providesApis: [seats, elsewhere-api]
  consumesApis: [api:partners/fares]
  dependsOn: [resource:seat-db, user:default/someone]
  techLead: someone
---
${entity("System", "seating", "{ owner: crew, domain: travel }")}---
${entity("Domain", "travel", "{ owner: crew }")}---
${entity("API", "seats", "{ type: openapi, lifecycle: production, owner: crew, definition: { $text: ./openapi.yaml } }", ", title: Seats")}---
${entity("Resource", "seat-db", "{ type: database, owner: crew, system: seating, dependsOn: [resource:disks] }", ", description: All seats")}---
${entity("Group", "crew", "{ type: team, profile: { displayName: The Crew, email: crew@example.test }, children: [], members: [someone] }")}---
${entity("User", "someone", "{ profile: { displayName: Some One, email: someone@example.test }, memberOf: [crew] }")}---
${entity("Location", "all", "{ targets: [./*.yaml] }")}---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: new-service }
spec: { owner: crew, type: service, steps: [{ id: a, action: "debug:log" }] }
---
${entity("AiResource", "hints", "{ type: rule, lifecycle: production, owner: crew }")}`;
const SEAT_DB = "dataset:backstage%3A%2F%2Fdefault:seat-db";

test("components become services, groups teams and resources datasets; a second import changes nothing", async () => {
  expect((await apply(BOOKING)).errors).toEqual([]);
  expect((await findServices(world.deps.db, ["seat-booking"])).get("seat-booking")).toMatchObject({
    name: "Seat booking", description: "Books seats.", team: "crew", endpointUrl: null, executor: "PARTICIPANT",
  });
  expect((await findTeams(world.deps.db, ["crew"])).get("crew")).toMatchObject({ name: "The Crew" });
  const resources = await findDatasetDefinitions(world.deps.db, [{ namespace: "backstage://default", name: "seat-db" }]);
  expect(resources.get(SEAT_DB)).toMatchObject({
    description: "All seats", serviceKey: null,
    properties: { type: "database", owner: "crew", system: "seating", domain: "travel", dependsOn: ["resource:disks"] },
  });

  const before = await auditTrail(world.deps);
  expect(before.map(({ object }) => object).sort()).toEqual([SEAT_DB, "service:seat-booking", "team:crew"]);
  expect(await apply(BOOKING, "catalog-info.yaml", "BACKSTAGE")).toMatchObject({ changes: 0, errors: [], plan: [] });
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("what the register has no member for stays in the properties under Backstage's names, but no person", async () => {
  const { descriptor } = await read(BOOKING);
  expect(descriptor.services[0]!.input.properties).toEqual({
    apiVersion: "backstage.io/v1alpha1",
    labels: { tier: "gold" },
    annotations: { "example.test/slug": "crew/seats" },
    tags: ["java", "data"],
    links: [{ url: "https://wiki.example.test/seats", title: "Wiki" }],
    type: "service",
    lifecycle: "production",
    owner: "group:default/Crew",
    system: "seating",
    domain: "travel",
    subcomponentOf: "component:travel",
    providesApis: ["seats", "elsewhere-api"],
    consumesApis: ["api:partners/fares"],
    dependsOn: ["resource:seat-db"],
    apis: { "default/seats": { title: "Seats", type: "openapi", lifecycle: "production" } },
  });
  expect(JSON.stringify([descriptor.teams, descriptor.services, descriptor.datasets])).not.toMatch(/some.?one/i);
});

test.each<[string, string, string, string | undefined]>([
  ["a bare name is a group", "owner: Crew", "", "crew"],
  ["a bare name is of the entity's own namespace", "owner: crew", ", namespace: air", "air.crew"],
  ["the default namespace is named in another", "owner: default/crew", ", namespace: air", "crew"],
  ["a group in another namespace", "owner: group:Air/Crew", "", "air.crew"],
  ["a person is no team", "owner: user:default/someone", "", undefined],
])("an owner: %s", async (_, owner, metadata, team) => {
  const { descriptor, errors } = await read(entity("Component", "c", `{ type: service, lifecycle: production, ${owner} }`, metadata));
  expect(errors).toEqual([]);
  expect(descriptor.services[0]!.input.team).toBe(team);
  expect(descriptor.services[0]!.input.properties).toEqual(team === undefined ? expect.not.objectContaining({ owner: expect.anything() }) : expect.objectContaining({ owner: expect.anything() }));
});

test("a team's key is the name that owners give it, in each namespace", async () => {
  const { descriptor } = await read(`${entity("Group", "Crew", "{ type: team, children: [] }", ", namespace: air, title: Air crew")}---\n${entity("Group", "crew", "{}")}`);
  expect(descriptor.teams.map(({ input }) => input)).toEqual([{ key: "air.crew", name: "Air crew" }, { key: "crew", name: "crew" }]);
});

test("a namespace of its own stands before a service's name and in a dataset's namespace", async () => {
  const { descriptor } = await read(`${component("Seats", "", ", namespace: air")}---\n${entity("Resource", "db", "{ type: database, owner: crew }", ", namespace: air")}`);
  expect(descriptor.services[0]!.input).toMatchObject({ key: "air.seats", name: "Seats" });
  expect(descriptor.datasets[0]!.input).toMatchObject({ namespace: "backstage://air", name: "db" });
});

test("two components whose names differ in case alone are one too many", async () => {
  expect((await read(`${component("Seats")}---\n${component("seats")}`)).errors).toEqual(["6:1: service:seats stands in this source twice"]);
});

test("what a component says nothing of stays as it is", async () => {
  const { descriptor } = await read(component("seats"));
  expect(descriptor.services[0]!.members).toEqual(["key", "name", "team", "properties"]);
});

test("a system and its domain are found in the component's namespace", async () => {
  const system = entity("System", "seating", "{ owner: crew, domain: travel }", ", namespace: air");
  const { descriptor } = await read([system, component("a", ", system: Seating", ", namespace: air"), component("b", ", system: seating"), component("c", ", system: air/seating")].join("---\n"));
  expect(descriptor.services.map(({ input }) => input.properties!.domain)).toEqual(["travel", undefined, "travel"]);
});

test("entities elsewhere may be referred to, files may stand in for texts, and empty documents are passed over", async () => {
  const text = `---\n${component("a", ", system: unknown, dependsOn: [component:unknown, resource:other/unknown]", ", description: { $text: ./a.md }")}---\n`;
  const { descriptor, errors } = await read(text);
  expect(errors).toEqual([]);
  expect(descriptor.services[0]!.members).not.toContain("description");
});

test("a reference from another format finds the service of a component, a faulty one too", async () => {
  const native = "---\ndatasets: [{ namespace: n, name: d, service: gates }, { namespace: n, name: e, service: doors }]\n";
  const doors = entity("Component", "doors", "{ type: service, lifecycle: production, owner: [] }");
  const report = await apply(`${component("gates")}---\n${doors}${native}`, "mixed.yaml");
  expect(report.errors).toEqual([expect.stringMatching(/^mixed\.yaml:9:54: expected a reference/)]);
});

test("a file with many errors reports each with its place, and changes nothing", async () => {
  const before = await auditTrail(world.deps);
  const report = await apply(`apiVersion: backstage.io/v9
kind: Component
metadata:
  name: seat booking
  title: [no]
spec:
  type: service
  owner: "group:"
  system: a/b/c
  dependsOn: [resource:a, "x y", b]
---
apiVersion: backstage.io/v1alpha1
kind: Gadget
metadata: { name: g }
---
apiVersion: backstage.io/v1alpha1
metadata: {}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: { name: "" }
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: { name: db, description: "a\\u0000b" }
spec: { type: database, owner: crew }
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: late, title: "a\\u202eb" }
spec: { type: service, lifecycle: production, owner: a@b.test }
---
[]
`, "bad.yaml", "BACKSTAGE");
  expect(report).toMatchObject({ changes: 0, plan: [] });
  expect(report.errors).toEqual([
    expect.stringMatching(/^bad\.yaml:1:13: apiVersion must be one of backstage\.io\/v1alpha1, /),
    expect.stringMatching(/^bad\.yaml:4:9: expected at most 63 letters and digits/),
    "bad.yaml:5:10: expected a text",
    "bad.yaml:7:3: lifecycle is missing",
    expect.stringMatching(/^bad\.yaml:8:10: expected a reference to an entity: \[kind:\]\[namespace\/\]name/),
    expect.stringMatching(/^bad\.yaml:9:11: expected a reference/),
    expect.stringMatching(/^bad\.yaml:10:27: expected a reference/),
    expect.stringMatching(/^bad\.yaml:13:7: kind must be one of Component, API, /),
    "bad.yaml:16:1: kind is missing",
    "bad.yaml:17:11: name is missing",
    "bad.yaml:19:1: owner is missing",
    expect.stringMatching(/^bad\.yaml:21:19: expected at most 63/),
    expect.stringMatching(/^bad\.yaml:25:36: description has an invisible or direction-changing character, U\+0000/),
    expect.stringMatching(/^bad\.yaml:30:32: name has an invisible or direction-changing character, U\+202E/),
    expect.stringMatching(/^bad\.yaml:31:54: expected a reference/),
    "bad.yaml:33:1: expected a mapping",
  ]);
  expect(await auditTrail(world.deps)).toEqual(before);
});

const fixtures = fixturesOf("backstage");
(fixtures.length > 0 ? test : test.skip)("real catalogs import, recognised or named, and change nothing the second time", async () => {
  for (const { path, document } of fixtures) {
    expect(await apply(document, path)).toMatchObject({ errors: [], skipped: [] });
    expect(await apply(document, path, "BACKSTAGE")).toMatchObject({ errors: [], changes: 0 });
  }
  expect((await findServices(world.deps.db, ["backstage-demo"])).get("backstage-demo")).toMatchObject({ team: "backstage.maintainers" });
});
