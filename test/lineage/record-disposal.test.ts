import { createToken, type Role } from "../../src/access";
import { recordEvents } from "../../src/lineage/use-cases/record-events";
import { recordDisposal } from "../../src/lineage/use-cases/record-disposal";
import { auditTrail } from "../catalog/audit-trail";
import { catalogWorld, type CatalogWorld } from "../catalog/catalog-world";
import { datasetEvent, minute, runEvent, seen, states } from "./recorded-world";

let world: CatalogWorld;
let made = 0;
const tokens = new Map<string, string>();
beforeAll(async () => {
  world = await catalogWorld();
  const callers: [string, Role, string?][] = [["ada", "editor"], ["crm's", "service", "crm"], ["shop's", "service", "shop"], ["rita", "reader"]];
  for (const [principal, role, service] of callers) {
    tokens.set(principal, (await createToken(world.deps, { principal, roles: [role], service, actor: "test" })).token);
  }
  for (const key of ["crm", "shop"]) await world.mutate("registerService", { key, name: key }, "id");
});
afterAll(() => world.close());

interface Answer {
  readonly datasets: readonly { readonly id: string; readonly excluded: string | null }[];
}
async function dispose(principal: string, input: Record<string, unknown>): Promise<{ answer: Answer | undefined; refusal: string | undefined }> {
  const { data, errors } = await world.server.graphql<{ recordDisposal: Answer } | null>(
    "mutation ($input: RecordDisposalInput!) { recordDisposal(input: $input) { datasets { id excluded } } }",
    { input: { kind: "DROPPED", at: world.clock.now().toISOString(), ...input } },
    tokens.get(principal),
  );
  return { answer: data?.recordDisposal, refusal: errors && `${String(errors[0]!.extensions.code)} ${errors[0]!.message}` };
}
const refusalOf = async (principal: string, input: Record<string, unknown>): Promise<string | undefined> => (await dispose(principal, input)).refusal;
const id = (name: string): string => `dataset:pg:${name}`;
async function hosted(service: string | null = "crm"): Promise<string> {
  const name = `t${(made += 1)}`;
  await world.mutate("registerDataset", { namespace: "pg", name, service, fields: [{ name: "email", categories: ["user.contact.email"] }] }, "id");
  return name;
}
const record = (...events: Parameters<typeof recordEvents>[1]): Promise<void> => world.deps.transaction((tx) => recordEvents(tx, events));
const custodyOf = async (name: string): Promise<string[]> =>
  (await world.ask<{ custody: Answer }>("query ($of: ID!) { custody(of: $of) { datasets { id excluded } } }", { of: id(name) })).custody.datasets.map(({ id: of, excluded }) => `${of} ${String(excluded)}`);
const proposals = async (name: string): Promise<string[]> => {
  const { ownershipFindings } = await world.ask<{ ownershipFindings: { edges: { node: { kind: string; message: string } }[] } }>(
    "query ($of: ID!) { ownershipFindings(subject: $of) { edges { node { kind message } } } }", { of: id(name) },
  );
  return ownershipFindings.edges.filter(({ node }) => node.kind === "PROPOSED_DISPOSAL").map(({ node }) => node.message);
};
const at = (m: number): string => minute(m).toISOString();

test("custody of what a dataset held ends with its owner's word, and begins again with what flows in later", async () => {
  const [from, to] = [await hosted(), await hosted()];
  await record(runEvent({ at: 5, inputs: [from], outputs: [to] }));
  expect(await custodyOf(from)).toEqual([`${id(to)} null`]);
  expect((await dispose("ada", { dataset: id(to), kind: "TRUNCATED", at: at(10) })).answer).toEqual({ datasets: [] });
  expect(await custodyOf(from)).toEqual([`${id(to)} TRUNCATED`]);
  await record(runEvent({ run: "next", at: 11, inputs: [from], outputs: [to] }));
  expect(await custodyOf(from)).toEqual([`${id(to)} null`]);
  const entries = (await auditTrail(world.deps)).filter(({ object }) => object === id(to)).map(({ action, outcome }) => `${action} ${outcome}`);
  expect(entries).toContain("lineage.record-disposal ok");
});

test("the same disposal again is none", async () => {
  const dataset = id(await hosted());
  await dispose("ada", { dataset, at: at(10) });
  const entries = (await auditTrail(world.deps)).length;
  expect((await dispose("crm's", { dataset, at: at(10), evidence: "ticket 7" })).refusal).toBeUndefined();
  expect(await auditTrail(world.deps)).toHaveLength(entries);
  await dispose("ada", { dataset, at: at(11) });
  expect(await auditTrail(world.deps)).toHaveLength(entries + 1);
});

test("a service disposes of its own datasets only, a reader of none", async () => {
  const dataset = id(await hosted("crm"));
  expect(await refusalOf("crm's", { dataset })).toBeUndefined();
  expect(await refusalOf("shop's", { dataset })).toMatch(/^FORBIDDEN dataset: your service does not host it/);
  expect(await refusalOf("crm's", { dataset: id(await hosted(null)) })).toMatch(/^FORBIDDEN/);
  expect(await refusalOf("rita", { dataset })).toMatch(/^FORBIDDEN/);
  const ofNone = { actor: "nobody's", speaksFor: null, dataset: id(await hosted(null)), kind: "DROPPED", at: world.clock.now() } as const;
  await expect(recordDisposal(world.deps, ofNone)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("what has not happened yet is refused; a clock five minutes ahead is cut to now", async () => {
  const name = await hosted();
  const soon = (minutes: number): string => new Date(world.clock.now().getTime() + minutes * 60_000).toISOString();
  expect(await refusalOf("ada", { dataset: id(name), at: soon(6) })).toMatch(/^BAD_USER_INPUT at: must not be in the future/);
  expect(await refusalOf("ada", { dataset: id(name), at: soon(5) })).toBeUndefined();
  const [row] = await world.deps.db.query<{ at: Date }>("testDisposal", "select d.at from disposals d join datasets s on s.id = d.dataset_id where s.name = $1", [name]);
  expect(row?.at).toEqual(world.clock.now());
});

test("what is no dataset, and an unknown one, are refused", async () => {
  expect(await refusalOf("ada", { dataset: "entity:customer" })).toMatch(/^BAD_USER_INPUT dataset: must be dataset:/);
  expect(await refusalOf("ada", { dataset: id("none") })).toMatch(/^NOT_FOUND dataset: not known/);
  expect(await refusalOf("ada", { dataset: id(await hosted()), evidence: "x".repeat(2049) })).toMatch(/^BAD_USER_INPUT/);
});

test("a producer's word that a dataset was dropped proposes a disposal, and ends no custody", async () => {
  const [from, to] = [await hosted(), await hosted()];
  await record(runEvent({ job: "copy", at: 5, inputs: [from], outputs: [to] }), datasetEvent(10, seen(to, { change: { kind: "DROP", previous: null } })));
  expect(await custodyOf(from)).toEqual([`${id(to)} null`]);
  expect(await proposals(to)).toEqual([expect.stringMatching(/DROPPED at 2026-02-01T00:10:00\.000Z.*recordDisposal/) as string]);
  await dispose("ada", { dataset: id(to), at: at(9) });
  expect(await proposals(to)).toHaveLength(1);
  await dispose("ada", { dataset: id(to), at: at(10) });
  expect(await proposals(to)).toEqual([]);
});

test("of several proposals the latest counts, and what was recorded already is not proposed", async () => {
  const to = await hosted();
  const says = (kind: "DROP" | "TRUNCATE", m: number) => record(runEvent({ run: `${kind}${m}`, at: m, outputs: [seen(to, { change: { kind, previous: null } })] }));
  await says("TRUNCATE", 20);
  await says("DROP", 15);
  expect(await proposals(to)).toEqual([expect.stringContaining("TRUNCATED at 2026-02-01T00:20")]);
  await dispose("ada", { dataset: id(to), kind: "TRUNCATED", at: at(30) });
  await says("DROP", 25);
  expect(await proposals(to)).toEqual([]);
});

describe("a disposal speaks of what the dataset was when it was recorded", () => {
  const into = (to: string, m: number, job = "j"): Promise<void> => record(runEvent({ job: `${job} ${to}`, at: m, inputs: ["people"], outputs: [to] }));
  const among = async (...names: string[]): Promise<string[]> => (await custodyOf("people")).filter((line) => names.some((name) => line.startsWith(`${id(name)} `)));
  const symlink = (m: number, name: string, other: string): Promise<void> => record(datasetEvent(m, seen(name, { symlinks: [{ namespace: "pg", name: other }] })));
  const renamed = (m: number, from: string, to: string): Promise<void> => record(datasetEvent(m, seen(to, { change: { kind: "RENAME", previous: { namespace: "pg", name: from } } })));
  const merged = (dataset: string, other: string) => world.mutate("mergeDatasets", { dataset: id(dataset), into: id(other) }, "id");

  test.each([["a symlink that is dated earlier", 2], ["one of the same minute", 60], ["a later one", 90]])("%s does not let it end what came under another name", async (_name, m) => {
    const [told, copy] = [await hosted(), `copy${(made += 1)}`];
    await into(copy, 5);
    await dispose("ada", { dataset: id(told), at: at(60) });
    await symlink(m, copy, told);
    expect(await among(told)).toEqual([`${id(told)} null`]);
    await dispose("ada", { dataset: id(told), at: at(60) });
    expect(await among(told)).toEqual([`${id(told)} DROPPED`]);
  });

  test("nor does merging in the same instant, or over a third dataset", async () => {
    const [root, middle, copy] = [await hosted(), await hosted(), await hosted(null)];
    await into(copy, 5);
    await merged(copy, middle);
    await dispose("ada", { dataset: id(root), at: at(60) });
    await merged(middle, root);
    expect(await among(root)).toEqual([`${id(root)} null`]);
  });

  test("what is taken apart is not ended by what was said of both", async () => {
    const [root, copy] = [await hosted(), await hosted(null)];
    await into(copy, 5);
    await merged(copy, root);
    await dispose("ada", { dataset: id(copy), at: at(60) });
    expect(await among(root)).toEqual([`${id(root)} DROPPED`]);
    await world.mutate("undoDatasetMerge", { dataset: id(copy) }, "id");
    expect(await among(root, copy)).toEqual([`${id(copy)} null`]);
  });

  test("dropping a table of a name that is used again ends nothing of the renamed one, nor the other way round", async () => {
    const [former, present] = [`t${(made += 1)}`, `t${(made += 1)}`];
    await into(former, 5, "first");
    await renamed(10, former, present);
    await dispose("ada", { dataset: id(former), at: at(15) });
    expect(await among(present)).toEqual([`${id(present)} null`]);
    await into(former, 20, "second");
    await dispose("ada", { dataset: id(present), at: at(60) });
    expect(await among(present)).toEqual([`${id(present)} null`]);
    await dispose("ada", { dataset: id(former), at: at(60) });
    expect(await among(present)).toEqual([`${id(present)} DROPPED`]);
  });

  test("dropping a name's new table does not end what its row took in before it was renamed to one that was known", async () => {
    const [former, present] = [`t${(made += 1)}`, await hosted()];
    await into(former, 5);
    await renamed(10, former, present);
    await dispose("ada", { dataset: id(former), at: at(60) });
    expect(await among(present)).toEqual([`${id(present)} null`]);
  });
});

describe("what is declared again after the dataset was dropped fills it again", () => {
  const said = async (name: string, input: Record<string, unknown>): Promise<string> => {
    world.clock.advance("PT1M");
    const { data, errors } = await world.mutate(name, input, "id");
    expect(errors).toBeUndefined();
    return (data as Record<string, { id: string }>)[name]!.id;
  };
  const ends = async () => {
    const [from, to] = [await hosted(), await hosted()];
    const flow = { from: id(from), to: id(to) };
    return { from, to, declare: () => said("declareLineage", flow), drop: async () => (world.clock.advance("PT1M"), void (await dispose("ada", { dataset: id(to) }))) };
  };

  test.each([["retired before", true], ["retired after", false]])("where the former declaration was %s", async (_name, isRetiredBefore) => {
    const { from, to, declare, drop } = await ends();
    const flow = await declare();
    if (isRetiredBefore) await said("retireLineage", { id: flow });
    await drop();
    expect(await custodyOf(from)).toEqual([`${id(to)} DROPPED`]);
    if (!isRetiredBefore) await said("retireLineage", { id: flow });
    await declare();
    expect(await custodyOf(from)).toEqual([`${id(to)} null`]);
    await drop();
    expect(await custodyOf(from)).toEqual([`${id(to)} DROPPED`]);
  });
});

describe("a run that is open goes on filling what it writes", () => {
  const begun = async (more: Partial<Parameters<typeof runEvent>[0]> = {}) => {
    const [from, to] = [await hosted(), await hosted()];
    const run = { job: `to ${to}`, at: 5, inputs: [from], outputs: [to] };
    await record(runEvent({ ...run, ...more, type: "START" }));
    return { from, to, is: (type: "COMPLETE" | "FAIL", m: number) => record(runEvent({ ...run, ...more, type, at: m })) };
  };

  test.each(["TRUNCATED", "REBUILT"])("after it was %s; once it ends, the disposal counts", async (kind) => {
    const { from, to, is } = await begun();
    await dispose("ada", { dataset: id(to), kind, at: at(10) });
    expect(await custodyOf(from)).toEqual([`${id(to)} null`]);
    await is("FAIL", 9);
    expect(await custodyOf(from)).toEqual([`${id(to)} ${kind}`]);
  });

  test("but not after it was DROPPED, whatever else is recorded of it", async () => {
    const { from, to } = await begun();
    await dispose("ada", { dataset: id(to), at: at(10) });
    await dispose("ada", { dataset: id(to), kind: "TRUNCATED", at: at(20) });
    expect(await custodyOf(from)).toEqual([`${id(to)} DROPPED`]);
  });

  test("under another of its names, or of which only a facet has told so far", async () => {
    const { from, to } = await begun();
    const root = await hosted();
    await world.mutate("mergeDatasets", { dataset: id(to), into: id(root) }, "id");
    await dispose("ada", { dataset: id(root), kind: "TRUNCATED", at: at(10) });
    expect(await custodyOf(from)).toEqual([`${id(root)} null`]);
    const told = await hosted();
    await record(runEvent({ job: `told ${told}`, type: "START", at: 5, stated: [states("EXPLICIT", told, [from])] }));
    await dispose("ada", { dataset: id(told), kind: "TRUNCATED", at: at(10) });
    expect(await custodyOf(from)).toContain(`${id(told)} null`);
  });
});
