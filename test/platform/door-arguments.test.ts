import { getNamedType, type GraphQLField, isCompositeType, isRequiredArgument } from "graphql";
import { ERROR_CODES } from "../../src/platform/errors";
import { EXAMPLES } from "../contracts/mutation-examples";
import { type ExampleHouse, openHouse, schema } from "../contracts/example-world";
import { digestTables } from "../support/digest-tables";
import { MARK, sampleOf, type Variant, variantsOf } from "./hostile-values";

/** What may be answered to a caller who may do everything, and whom we know. */
const NAMED: readonly string[] = ERROR_CODES.filter((code) => !["INTERNAL", "UNAUTHENTICATED", "FORBIDDEN"].includes(code));

let house: ExampleHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

const contents = async (): Promise<string> => JSON.stringify(await digestTables(house.deps.db));
const codesIn = (said: string): string[] => [...said.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code as string);

/** Whose ids need not be known: the caller chooses them, or each is judged by itself in the answer. */
const JUDGED_ONE_BY_ONE: readonly string[] = ["recordAccess"];

interface Operation {
  readonly kind: string;
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
}

const operations = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field): Operation => ({ kind: type!.name.toLowerCase(), name: field.name, field })),
);

function documentOf({ kind, name, field: { args, type } }: Operation): string {
  const listed = (items: readonly string[]): string => (items.length > 0 ? `(${items.join(", ")})` : "");
  const declared = listed(args.map((arg) => `$${arg.name}: ${String(arg.type)}`));
  const passed = listed(args.map((arg) => `${arg.name}: $${arg.name}`));
  return `${kind} ${declared} { ${name}${passed} ${isCompositeType(getNamedType(type)) ? "{ __typename }" : ""} }`;
}

/** Variables that are in order: those of the example, so that what is wrong later is found later, too. */
async function baseOf({ kind, name, field: { args } }: Operation): Promise<Record<string, unknown>> {
  if (kind === "mutation") return { input: await EXAMPLES[name]!.prepare(house.as("preparer")) };
  return Object.fromEntries(args.filter(isRequiredArgument).map((arg) => [arg.name, sampleOf(arg.type)]));
}

/** What is wrong with the answer to a hostile call, if anything. */
function complaintOf({ kind, name }: Operation, { verdict }: Variant, said: string, changed: boolean): string | undefined {
  const codes = codesIn(said);
  const refused = said.includes('"errors":[');
  if (codes.some((code) => !NAMED.includes(code)) || (refused && codes.length === 0)) return `answered ${said}`;
  if (refused && changed) return "refused and changed something";
  if (refused && said.includes(MARK)) return `repeated what was sent: ${said}`;
  if (verdict === "WRONG" && !codes.includes("BAD_USER_INPUT")) return `not refused as BAD_USER_INPUT: ${said}`;
  return verdict === "UNKNOWN" && kind === "mutation" && !JUDGED_ONE_BY_ONE.includes(name) && !refused ? `taken for an id: ${said}` : undefined;
}

test.each(operations)("$kind $name stumbles over no argument, and takes no wrong one", async (operation) => {
  const document = documentOf(operation);
  const complaints: string[] = [];
  for (const variant of variantsOf(operation.field.args, await baseOf(operation))) {
    const before = operation.kind === "mutation" && (await contents());
    const said = await house.post(document, variant.variables, operation.kind === "subscription" ? "text/event-stream" : "application/json");
    const complaint = complaintOf(operation, variant, said, before !== false && before !== (await contents()));
    if (complaint !== undefined) complaints.push(`${variant.what}: ${complaint}`);
  }
  expect(complaints).toEqual([]);
});
