import { appendAuditEntries, type NewAuditEntry } from "../../src/audit";
import type { AuditCriteria, AuditEntry } from "../../src/audit/model";
import { listAuditEntries } from "../../src/audit/storage/audit-queries";
import type { Reader } from "../../src/platform/database/sql";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => void (world = await setup({ seed: "search" })));
afterAll(() => world.close());

/** The same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => Math.floor(((state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648) * below);
}

const PIDS = Array.from({ length: 8 }, (_, n) => `01992f00-0000-7000-8000-00000000000${n}`);
const VALUES = {
  action: ["access.data", "access.data", "access.data", "catalog.classify-fields", "audit.audit-entries"],
  actor: ["ada", "bob", "eve", ""],
  object: ["dataset:a:people", "dataset:b:orders", "service:crm", "job:x:y", "01992f00-0000-7000-8000-0000000000ff", undefined],
  fields: [["email"], ["email", "name"], ["name", "phone", "email"], [], undefined],
  purpose: ["support", "billing", "", undefined],
  basis: ["contract", "consent", undefined],
  outcome: ["ok", "ok", "ok", "denied"],
} as const;

interface Written extends NewAuditEntry {
  readonly at: Date;
}

describe("a search", () => {
  const written: Written[] = [];
  const random = numbers(7);
  const one = <Value>(values: readonly Value[]): Value => values[random(values.length)] as Value;
  const entry = (): NewAuditEntry => ({
    action: one(VALUES.action), actor: one(VALUES.actor), object: one(VALUES.object), fields: one(VALUES.fields), purpose: one(VALUES.purpose), basis: one(VALUES.basis),
    outcome: one(VALUES.outcome), subjects: random(2) === 0 ? undefined : [one(PIDS), one(PIDS)],
  });
  const write = async (entries: readonly NewAuditEntry[]): Promise<void> => {
    world.clock.advance("PT1S");
    await world.deps.transaction((tx) => appendAuditEntries(tx, entries));
    written.push(...entries.map((written) => ({ ...written, at: world.clock.now() })));
  };
  beforeAll(async () => {
    for (let n = 0; n < 120; n += 1) await write(Array.from({ length: 1 + random(6) }, entry));
    // More combinations than are looked into one by one.
    await write(Array.from({ length: 1_100 }, (_, n) => ({ ...entry(), actor: "crowd", action: "access.data", fields: [`field ${n}`] })));
  });

  const matches = (e: Written, c: AuditCriteria): boolean =>
    [
      c.actor === undefined || e.actor === c.actor,
      c.action === undefined || e.action === c.action,
      c.object === undefined || e.object === c.object,
      c.dataset === undefined || (e.action === "access.data" && e.object === c.dataset),
      c.field === undefined || (e.fields ?? []).includes(c.field),
      c.subjects === undefined || c.subjects.some((pid) => (e.subjects ?? []).includes(pid)),
      c.purpose === undefined || e.purpose === c.purpose,
      c.basis === undefined || e.basis === c.basis,
      c.outcome === undefined || (e.outcome ?? "ok") === c.outcome,
      c.from === undefined || e.at >= c.from,
      c.to === undefined || e.at < c.to,
    ].every(Boolean);

  /** All pages, one after another. */
  async function search(criteria: AuditCriteria, newestFirst: boolean, first: number): Promise<AuditEntry[]> {
    const found: AuditEntry[] = [];
    for (let after: string | null = null; ; ) {
      const page = await world.deps.transaction((tx) => listAuditEntries(tx, criteria, { first, after, newestFirst }));
      found.push(...page.edges.map(({ node }) => node));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) return found;
    }
  }

  const said = ({ at, action, actor, object, outcome, purpose, basis }: Omit<AuditEntry, "id" | "leafIndex"> | Written): string =>
    JSON.stringify([at.getTime(), action, actor, object ?? null, outcome ?? "ok", purpose ?? null, basis ?? null]);
  const finds = async (criteria: AuditCriteria, newestFirst: boolean, first = 9): Promise<void> => {
    const found = await search(criteria, newestFirst, first);
    expect(found.map(said).sort()).toEqual(written.filter((entry) => matches(entry, criteria)).map(said).sort());
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const times = found.map(({ at }) => at.getTime());
    expect(times).toEqual([...times].sort((a, b) => (newestFirst ? b - a : a - b)));
  };

  const instant = (): Date => new Date(world.clock.now().getTime() - random(130) * 1000);
  const CHOICES: { [Name in keyof AuditCriteria]-?: () => NonNullable<AuditCriteria[Name]> } = {
    actor: () => one([...VALUES.actor, "crowd"]), action: () => one(VALUES.action), object: () => one(VALUES.object.slice(0, 5)) as string,
    dataset: () => one(["dataset:a:people", "dataset:b:orders", "job:x:y", "dataset:none"]), field: () => one(["email", "name", "phone", "field 7"]),
    subjects: () => [one(PIDS), one(PIDS)], purpose: () => one(["support", "billing", "none"]), basis: () => one(["contract", "consent"]),
    outcome: () => one(["ok", "denied"]), from: instant, to: instant,
  };
  const NAMES = Object.keys(CHOICES) as (keyof AuditCriteria)[];

  test("finds what a look at every entry finds, once, in the order of time, whatever the criteria and the page", async () => {
    for (let n = 0; n < 100; n += 1) {
      const names = Array.from({ length: random(5) }, () => one(NAMES));
      const criteria = Object.fromEntries(names.map((name) => [name, CHOICES[name]()])) as AuditCriteria;
      await finds(criteria, random(2) === 0, names.length < 2 ? 100 : 5 + random(40));
    }
  }, 60_000);

  test("finds what is in more combinations than are looked into", async () => {
    await finds({ actor: "crowd", action: "access.data", basis: "contract", outcome: "denied" }, true, 50);
    await finds({ actor: "crowd", outcome: "ok" }, false, 100);
    await finds({ actor: "crowd", field: "field 1099" }, true);
  });

  test("shows no entry of another combination that has the same hash", async () => {
    await asOwner(world.deps, "planted", "insert into audit_combinations select combination, terms || hashtextextended('purpose support', 0) || hashtextextended('basis consent', 0) from audit_combinations");
    await finds({ actor: "ada", purpose: "support", basis: "consent" }, true, 3);
    await finds({ actor: "bob", purpose: "support", basis: "consent", outcome: "denied" }, false, 2);
  });
});

describe("among very many entries, a search", () => {
  const DAY = 86_400_000;
  const BEGIN = Date.parse("2020-01-01T00:00:00Z");
  const ENTRIES = 40_000;
  /** Actors each have their own half of datasets and purposes; a purpose that ended long ago; one of eight entries. */
  beforeAll(async () => {
    await asOwner(
      world.deps,
      "many",
      `insert into audit_entry_facts (id, at, action, actor, object, fields, purpose, basis, outcome)
       select uuidv, at, 'access.data', 'actor ' || n % 2, 'dataset:many:' || n % 4, array['field ' || n % 6],
         case when n < 8 then 'rare' when n < 4000 and n % 3 = 0 then 'ended' else 'purpose ' || n % 2 end, 'basis ' || n % 5, case when n % 200 = 0 then 'denied' else 'ok' end
       from (select n, timestamptz '2020-01-01' + n * interval '1 hour' as at, ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as uuidv
             from generate_series(0, ${ENTRIES} - 1) as n) as g`,
    );
    await asOwner(world.deps, "subjects", `insert into audit_entry_subjects select '${PIDS[0]}', id from audit_entry_facts where object = 'dataset:many:3' and purpose = 'ended'`);
    for (const table of ["audit_entry_facts", "audit_entry_subjects", "audit_combinations"]) await asOwner(world.deps, `analyze ${table}`, `analyze ${table}`);
  }, 60_000);

  interface Plan {
    readonly "Node Type": string;
    readonly "Relation Name"?: string;
    readonly "Actual Rows": number;
    readonly "Actual Loops": number;
    readonly "Rows Removed by Filter"?: number;
    readonly Plans?: readonly Plan[];
  }
  const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

  /** How many entries PostgreSQL has looked at, and by which kinds of scan. */
  async function effortOf(criteria: AuditCriteria, newestFirst: boolean): Promise<{ read: number; scans: string[] }> {
    const nodes: Plan[] = [];
    await world.deps.transaction((tx) => {
      const explaining: Reader = {
        ...tx,
        query: async <Row>(name: string, text: string, values?: readonly unknown[]) => {
          if (name.startsWith("listAuditEntries")) {
            const [row] = await tx.query<{ "QUERY PLAN": [{ Plan: Plan }] }>(`explain_${name}`, `explain (analyze, format json) ${text}`, values);
            nodes.push(...nodesOf(row!["QUERY PLAN"][0].Plan));
          }
          return tx.query<Row>(name, text, values);
        },
      };
      return listAuditEntries(explaining, criteria, { first: 50, newestFirst });
    });
    const scans = nodes.filter((node) => node["Relation Name"] === "audit_entry_facts");
    return {
      read: scans.reduce((sum, node) => sum + (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0)) * node["Actual Loops"], 0),
      scans: [...new Set(scans.map((node) => node["Node Type"]))],
    };
  }

  test.each<[string, AuditCriteria]>([
    ["everything", {}],
    ["an actor", { actor: "actor 1" }],
    ["a dataset", { dataset: "dataset:many:2" }],
    ["a rare purpose", { purpose: "rare" }],
    ["a purpose that ended long ago", { purpose: "ended" }],
    ["a purpose, of accesses that were allowed", { purpose: "purpose 1", action: "access.data", outcome: "ok" }],
    ["denied attempts", { outcome: "denied" }],
    ["denied attempts of an actor", { outcome: "denied", actor: "actor 0" }],
    ["a field of a dataset", { dataset: "dataset:many:2", field: "field 2" }],
    ["an actor and a dataset that never met", { actor: "actor 1", dataset: "dataset:many:2" }],
    ["an actor and a purpose that never met", { actor: "actor 1", purpose: "purpose 0" }],
    ["a purpose, basis and field that never met", { purpose: "purpose 1", basis: "basis 2", field: "field 0" }],
    ["all of them", { actor: "actor 1", action: "access.data", dataset: "dataset:many:1", field: "field 1", purpose: "purpose 1", basis: "basis 1", outcome: "ok" }],
    ["a day", { from: new Date(BEGIN + 300 * DAY), to: new Date(BEGIN + 301 * DAY) }],
    ["an actor on a day", { actor: "actor 1", from: new Date(BEGIN + 300 * DAY), to: new Date(BEGIN + 301 * DAY) }],
    ["an actor for a purpose since a day", { actor: "actor 1", purpose: "ended", from: new Date(BEGIN + 300 * DAY) }],
    ["a person", { subjects: [PIDS[0]!] }],
    ["a person for a purpose", { subjects: [PIDS[0]!], purpose: "ended", basis: "basis 0" }],
  ])("for %s looks at few, and at none for nothing", async (_what, criteria) => {
    for (const newestFirst of [true, false]) {
      const { read, scans } = await effortOf(criteria, newestFirst);
      expect(scans.filter((scan) => !["Index Scan", "Index Only Scan"].includes(scan))).toEqual([]);
      expect(read).toBeLessThan(ENTRIES / 16);
    }
  });
});
