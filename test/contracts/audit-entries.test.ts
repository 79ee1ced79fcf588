import { getNullableType, type GraphQLField, type GraphQLInputObjectType, isRequiredInputField } from "graphql";
import type { AuditEntry } from "../../src/audit/model";
import type { ErrorCode } from "../../src/platform/errors";
import { permissionsOf } from "../../src/platform/graphql/guard-operations";
import { asOwner } from "../support/as-owner";
import { digestTables } from "../support/digest-tables";
import type { Example } from "./example";
import { type ExampleHouse, type Input, mutations, openHouse, schema, type Who } from "./example-world";
import { EXAMPLES } from "./mutation-examples";

/** These refusals are logged, all others leave nothing. */
const DENIED: readonly (ErrorCode | undefined)[] = ["FORBIDDEN", "CONFLICT", "PRECONDITION_FAILED"];

let house: ExampleHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

test("every mutation has an example, and every example a mutation", () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual(mutations.map(({ name }) => name).sort());
});

type Answer = Awaited<ReturnType<ExampleHouse["call"]>>;
interface Traced {
  readonly answer: Answer;
  readonly codes: readonly string[];
  /** What this call wrote into the audit log. */
  readonly entries: readonly Pick<AuditEntry, "action" | "actor" | "object" | "outcome">[];
  /** Whether anything but the audit log is other than before. */
  readonly changed: boolean;
}

async function trace(who: Who, mutation: string, input: unknown): Promise<Traced> {
  const { deps, clock } = house;
  clock.advance("PT1S");
  const before = await digestTables(deps.db);
  const known = (await readEntries()).map(({ id }) => id);
  const answer = await house.call(who, mutation, input);
  const after = await digestTables(deps.db);
  const written = (await readEntries()).filter(({ id }) => !known.includes(id));
  return {
    answer,
    codes: (answer.errors ?? []).map(({ extensions }) => extensions.code),
    entries: written.map(({ action, actor, object, outcome }) => ({ action, actor, object, outcome })),
    changed: JSON.stringify(before) !== JSON.stringify(after),
  };
}

const readEntries = (): Promise<AuditEntry[]> =>
  house.deps.db.query<AuditEntry>("testEntries", "select id, action, actor, object, outcome from audit_entry_facts");

const permissions = permissionsOf(schema);

describe.each(mutations.filter(({ name }) => name in EXAMPLES))("$name", (mutation) => {
  const { name } = mutation;
  const example = EXAMPLES[name]!;
  const action = permissions.get(`Mutation.${name}`)!.replace(":", ".");
  const denied = (actor: string, object: unknown) => ({ action, actor, object, outcome: "denied" });
  const NOTHING = { entries: [], changed: false };

  let input: Input;
  beforeAll(async () => {
    input = await example.prepare(house.as("preparer"));
  });

  const writesItsEntries = (traced: Traced): void => {
    const { id } = traced.answer.data?.[name] ?? {};
    const objects = example.objects ?? [id];
    expect(traced.codes).toEqual([]);
    expect(objects).toEqual(objects.map(() => expect.any(String)));
    expect([...traced.entries].sort(byObject)).toEqual(objects.map((object) => ({ action: example.action ?? action, actor: "caller", object, outcome: "ok" })));
    expect(traced.changed).toBe(!example.onlyLog);
  };

  test("bad input writes nothing", async () => {
    const wrong = mutation.args.length === 0 ? [] : [null, "x", { ...input, unheardOf: 1 }, ...withoutMember(mutation, input)];
    for (const bad of wrong) {
      expect(await trace("caller", name, bad)).toMatchObject({ ...NOTHING, codes: expect.arrayContaining(["BAD_USER_INPUT"]) as string[] });
    }
  });

  test("who may not is refused, with one denied entry", async () => {
    expect(await trace("nobody", name, input)).toMatchObject({ codes: ["FORBIDDEN"], entries: [denied("nobody", null)], changed: false });
  });

  test("without its entry the change is not made", async () => {
    await withoutAudit(async () => {
      expect(await trace("caller", name, input)).toMatchObject({ ...NOTHING, codes: ["INTERNAL"] });
    });
  });

  test("a change writes its entry", async () => {
    writesItsEntries(await trace("caller", name, input));
  });

  test(`the same again: ${example.again}`, async () => {
    const traced = await trace("caller", name, input);
    if (example.again === "CHANGES") writesItsEntries(traced);
    else if (example.again === "NOTHING") expect(traced).toMatchObject({ ...NOTHING, codes: [] });
    else isRefused(traced, example.again);
  });

  const isRefused = (traced: Traced, code: ErrorCode): void => {
    const entries = DENIED.includes(code) ? [denied("caller", expect.any(String))] : [];
    expect(traced).toMatchObject({ codes: [code], entries, changed: false });
  };
  for (const [code, prepare] of Object.entries(example.refused ?? {}) as [ErrorCode, Example["prepare"]][]) {
    test(`a refusal as ${code} leaves ${DENIED.includes(code) ? "one denied entry" : "nothing"}`, async () => {
      isRefused(await trace("caller", name, await prepare(house.as("preparer"))), code);
    });
  }
});

const byObject = (one: { object: string | null }, other: { object: string | null }): number => ((one.object ?? "") < (other.object ?? "") ? -1 : 1);

/** The input without each of the members that it needs. */
function withoutMember({ args }: GraphQLField<unknown, unknown>, input: Input): Input[] {
  const type = getNullableType(args[0]!.type) as GraphQLInputObjectType;
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  return required.map(({ name }) => Object.fromEntries(Object.entries(input).filter(([member]) => member !== name)));
}

/** While the log takes no entries. */
async function withoutAudit(work: () => Promise<void>): Promise<void> {
  const { deps } = house;
  await asOwner(deps, "testRefuseFunction", "create or replace function refuse_entry() returns trigger language plpgsql as $$ begin raise exception 'the log is full'; end $$");
  for (const table of ["audit_inbox", "audit_entries"]) {
    await asOwner(deps, `testRefuse_${table}`, `create trigger refuse_entries before insert on ${table} execute function refuse_entry()`);
  }
  try {
    await work();
  } finally {
    for (const table of ["audit_inbox", "audit_entries"]) await asOwner(deps, `testAccept_${table}`, `drop trigger refuse_entries on ${table}`);
  }
}
