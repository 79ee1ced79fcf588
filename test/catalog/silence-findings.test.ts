import { FINDING_KINDS, type Finding } from "../../src/catalog/finding-model";
import { findOpenFindings, listFindings } from "../../src/catalog/storage/finding-queries";
import { countSilenced, listSilences } from "../../src/catalog/storage/silence-queries";
import { classifyFields } from "../../src/catalog/use-cases/classify-fields";
import { endFindingSilence } from "../../src/catalog/use-cases/end-finding-silence";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { silenceFindings } from "../../src/catalog/use-cases/silence-findings";
import { sweepFindings } from "../../src/catalog/use-cases/sweep-findings";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
beforeEach(async () => {
  world = await setup();
});
afterEach(() => world.close());

const register = (namespace: string, name: string) =>
  registerDataset(world.deps, { actor: "ada", namespace, name, fields: [{ name: "email" }, { name: "sku", categories: [] }] });
const silence = (more: Partial<Parameters<typeof silenceFindings>[1]> = {}) =>
  silenceFindings(world.deps, { actor: "grace", kind: "LOOKS_PERSONAL", subjectPattern: "dataset:test*", reason: "test data", ...more });
const inDays = (days: number): Date => new Date(world.clock.now().getTime() + days * 86_400_000);

async function listed(includeSilenced = false): Promise<Finding[]> {
  const { edges } = await listFindings(world.deps.db, { kinds: ["LOOKS_PERSONAL"], includeSilenced }, { first: 100 });
  return edges.map(({ node }) => node);
}
const subjects = async (includeSilenced = false): Promise<string[]> => (await listed(includeSilenced)).map(({ subject }) => subject).sort();
const matches = async (id: string): Promise<number> => (await countSilenced(world.deps.db, [id])).get(id) ?? 0;

const [LIVE, TEST, LATER] = ["dataset:live:a#email", "dataset:test:a#email", "dataset:test:b#email"];

test("a rule keeps findings out of lists, those that come later too; they are still stored, counted and resolved", async () => {
  await register("live", "a");
  await register("test", "a");
  const { id } = await silence();
  expect(await subjects()).toEqual([LIVE]);
  await register("test", "b");
  expect(await subjects()).toEqual([LIVE]);
  expect(await subjects(true)).toEqual([LIVE, TEST, LATER]);
  expect((await listed(true)).filter(({ silencedBy }) => silencedBy === id).map(({ state }) => state)).toEqual(["OPEN", "OPEN"]);
  expect(await matches(id)).toBe(2);

  await classifyFields(world.deps, { actor: "ada", dataset: "dataset:test:b", fields: [{ name: "email", categories: [] }] });
  expect(await matches(id)).toBe(1);
  const { edges } = await listFindings(world.deps.db, { kinds: FINDING_KINDS, state: "RESOLVED", includeSilenced: false, subject: LATER }, { first: 10 });
  expect(edges).toHaveLength(1);
});

test("a rule silences one kind alone, and what is silenced is not at the entity either", async () => {
  const { entityKeys } = { entityKeys: ["customer"] };
  await world.deps.transaction((tx) =>
    tx.execute("testEntity", "insert into entities (key, name, identifier_types, registered_at) values ('customer', 'C', '{}', $1)", [tx.now]),
  );
  await registerDataset(world.deps, { actor: "ada", namespace: "test", name: "a", entities: ["customer"], fields: [{ name: "email" }] });
  const kinds = async () => ((await findOpenFindings(world.deps.db, { entityKeys })).get("customer") ?? []).map(({ kind }) => kind).sort();
  expect(await kinds()).toEqual(["LOOKS_PERSONAL", "NO_SERVICE", "UNCLASSIFIED"]);
  await silence();
  expect(await kinds()).toEqual(["NO_SERVICE", "UNCLASSIFIED"]);
});

test("only * is special in a pattern", async () => {
  await register("a_b%c", "x");
  await register("axbyc", "x");
  await silence({ subjectPattern: "dataset:a_b%25c*" });
  expect(await subjects()).toEqual(["dataset:axbyc:x#email"]);
  await silence({ subjectPattern: "*#email" });
  expect(await subjects()).toEqual([]);
});

test("an ended rule lists again what no other rule silences", async () => {
  await register("test", "a");
  const wide = await silence({ expiresAt: inDays(1) });
  const long = await silence({ subjectPattern: "dataset:test:a*" });
  expect([await matches(wide.id), await matches(long.id)]).toEqual([0, 1]);
  expect(await endFindingSilence(world.deps, { actor: "ada", id: long.id })).toMatchObject({ endedBy: "ada", endedAt: world.clock.now() });
  expect(await matches(wide.id)).toBe(1);
  expect(await subjects()).toEqual([]);
  await endFindingSilence(world.deps, { actor: "ada", id: wide.id });
  await endFindingSilence(world.deps, { actor: "ada", id: wide.id });
  expect(await subjects()).toEqual([TEST]);
  expect((await auditTrail(world.deps)).filter(({ action }) => action === "catalog.end-finding-silence")).toHaveLength(2);
});

test("an expired rule lists again what it silenced", async () => {
  await register("test", "a");
  const { id } = await silence({ expiresAt: inDays(1) });
  expect(await sweepFindings(world.deps)).toBe(0);
  world.clock.advance("P1D");
  expect(await sweepFindings(world.deps)).toBe(1);
  expect(await subjects()).toEqual([TEST]);
  expect((await listSilences(world.deps.db, { first: 10 })).edges.map(({ node }) => node)).toMatchObject([{ id, endedBy: null, endedAt: world.clock.now() }]);
  await silence();
  expect(await subjects()).toEqual([]);
});

test("the same rule again is no other; another for the same kind and pattern is refused", async () => {
  const first = await silence({ expiresAt: inDays(1) });
  expect(await silence({ expiresAt: inDays(1) })).toEqual(first);
  await expect(silence()).rejects.toMatchObject({ code: "CONFLICT", object: first.id });
  expect((await auditTrail(world.deps)).filter(({ action }) => action === "catalog.silence-findings")).toHaveLength(1);
});

test("a rule and a finding that come at the same time do not miss each other", async () => {
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([register("race", `${round}`), silence({ subjectPattern: `dataset:race:${round}#*` })]);
  }
  expect(await subjects()).toEqual([]);
});

test("the hundredth rule of a kind is the last", async () => {
  for (let rule = 0; rule < 100; rule += 1) await silence({ subjectPattern: `dataset:${rule}` });
  await expect(silence({ subjectPattern: "dataset:100" })).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  await silence({ kind: "NO_SERVICE", subjectPattern: "dataset:100" });
});

test.each<[string, Partial<Parameters<typeof silenceFindings>[1]>, RegExp]>([
  ["of no kind", { kind: "NOISE" }, /^kind: must be one of NO_SYSTEM_OF_RECORD, /],
  ["of an empty pattern", { subjectPattern: "" }, /^subjectPattern: must not be empty/],
  ["of a pattern too long", { subjectPattern: "x".repeat(513) }, /^subjectPattern: must have at most/],
  ["without a reason", { reason: "" }, /^reason: must not be empty/],
  ["that has expired", { expiresAt: new Date("2026-03-02T09:00:00Z") }, /^expiresAt: must be in the future/],
])("a rule %s is refused", async (_, more, reason) => {
  await expect(silence(more)).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(reason) as string });
});

test("an id of no rule is refused", async () => {
  for (const id of ["x", "0190a0a0-0000-7000-8000-000000000000"]) {
    await expect(endFindingSilence(world.deps, { actor: "ada", id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  }
});
