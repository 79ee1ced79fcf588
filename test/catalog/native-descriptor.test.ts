import type { Descriptor } from "../../src/catalog/descriptors/descriptor-model";
import { placeFiles, placesIn } from "../../src/catalog/descriptors/places";
import { readSource } from "../../src/catalog/descriptors/read-source";

const read = async (text: string): Promise<Descriptor> => (await readSource(placeFiles([{ path: "f", text }]), "CADASTRE")).descriptor;

/** `line:column: text` of every error. */
async function errorsIn(text: string): Promise<string[]> {
  const placeOf = placesIn(placeFiles([{ path: "f", text }]));
  return (await read(text)).errors.map((error) => `${placeOf(error.at).slice("f:".length)}: ${error.text}`);
}

test.each<[string, string, RegExp]>([
  ["a text that is no YAML", "services: [", /^1:\d+: not YAML: /],
  ["aliases of aliases of aliases", `a: &a [${"x,".repeat(9)}x]\n${[..."bcdefghij"].map((name, place) => `${name}: &${name} [${Array(10).fill(`*${"abcdefghij"[place]}`).join(", ")}]`).join("\n")}`, /^\d+:\d+: aliases repeat more than/],
  ["an anchor inside itself", "services: &a [*a]", /^1:15: an alias of an anchor .* contains the alias itself/],
  ["a member written twice", "services: []\nservices: []", /^2:1: this member stands in the same mapping twice/],
  ["a tag", "services: !!js/function x", /^1:11: tags/],
  ["nesting without end", "[".repeat(100_000), /^1:\d+: not YAML: nesting/],
  ["a name of 10,000 characters", `services: [{ key: a, name: ${"n".repeat(10_000)} }]`, /^1:28: name must have at most 512/],
])("%s is an error with a place", async (_, document, reason) => {
  expect(await errorsIn(document)).toContainEqual(expect.stringMatching(reason));
});

test("aliases and merge keys are followed", async () => {
  const { services, errors } = await read("services:\n  - &a { key: a, name: A, team: shop }\n  - { <<: *a, key: b }\n");
  expect(errors).toEqual([]);
  expect(services.map(({ input }) => input)).toEqual([{ key: "a", name: "A", team: "shop" }, { key: "b", name: "A", team: "shop" }]);
});

test("many merges of one large mapping stop at the limit of what aliases may repeat", async () => {
  const large = `base: &a {${Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join(", ")}}\n`;
  const merged = `services:\n${Array.from({ length: 1000 }, () => "  - { <<: *a }\n").join("")}`;
  expect((await errorsIn(large + merged)).filter((error) => error.includes("aliases repeat"))).toHaveLength(1);
});

test("as many errors as there are in one item are found", async () => {
  const members = Array.from({ length: 200_000 }, (_, index) => `k${index}:`).join("\n    ");
  expect((await read(`services:\n  - key: a\n    name: A\n    ${members}\n`)).errors).toHaveLength(200_000);
});

test("scalars are taken as they are written; days are midnight in UTC", async () => {
  const { services, assignments } = await read(`
services: [{ key: 42, name: 2026, team: null, timeoutMs: 500 }]
assignments: [{ entity: e, service: 42, role: READER, validFrom: 2026-01-01, validTo: 2026-01-01T12:00:00+02:00 }]`);
  expect(services[0]!.input).toEqual({ key: "42", name: "2026", team: null, timeoutMs: 500 });
  expect(assignments[0]!.input).toMatchObject({ validFrom: new Date("2026-01-01T00:00:00Z"), validTo: new Date("2026-01-01T10:00:00Z") });
});

test("categories of one's own are taken where the same source declares them", async () => {
  const dataset = "datasets: [{ namespace: n, name: d, fields: [{ name: f, categories: [user.loyalty] }] }]";
  expect(await errorsIn(dataset)).toHaveLength(1);
  expect(await errorsIn(`categories: [user.loyalty]\n---\n${dataset}`)).toEqual([]);
});

test("an empty text, comments alone and empty documents declare nothing", async () => {
  for (const document of ["", "# nothing\n", "---\n---\n", "services:\n"]) {
    expect(await read(document)).toMatchObject({ services: [], datasets: [], errors: [] });
  }
});
