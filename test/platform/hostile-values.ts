import {
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLArgument,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

/** Stands in every hostile text: what is refused must not come back. */
export const MARK = "s3cret";

/** WRONG: BAD_USER_INPUT, wherever it stands. UNKNOWN: refused by whatever would change something. ODD: taken or refused. */
type Verdict = "WRONG" | "UNKNOWN" | "ODD";

interface HostileValue {
  readonly what: string;
  readonly value: unknown;
  readonly verdict: Verdict;
}

const as = (verdict: Verdict) => (what: string, value: unknown): HostileValue => ({ what, value, verdict });
const [wrong, unknown, odd] = [as("WRONG"), as("UNKNOWN"), as("ODD")];

const TEXTS: readonly HostileValue[] = [
  wrong("an object", { unheardOf: MARK }),
  wrong("a list of lists", [[MARK]]),
  wrong("a truth", true),
  odd("nothing", ""),
];

const TWISTED: Readonly<Record<string, string>> = {
  "10,000 characters": MARK.repeat(1667),
  "a NUL": `${MARK}\u0000`,
  "half a surrogate pair": `${MARK}\ud800`,
  "right-to-left": `\u202e${MARK}\u200f`,
  "zero width": `\u200b${MARK}\ufeff`,
  SQL: `${MARK}'; drop table tokens; --`,
};

const NOBODYS: Readonly<Record<string, string>> = {
  "a UUID of nothing": "0190a0a0-0000-7000-8000-000000000000",
  "a UUID in capitals": "0190A0A0-0000-7000-8000-000000000000",
  "a service that is none": "service:nobody",
  "a service without a key": "service:",
  "a dataset that is none": "dataset:nowhere:nothing",
  "a dataset without a name": `dataset:${MARK}`,
  "a dataset with a broken escape": `dataset:${MARK}:%zz`,
  "a dataset with a NUL": `dataset:${MARK}:%00`,
};

const each = (values: Readonly<Record<string, string>>, verdict: typeof odd): HostileValue[] =>
  Object.entries(values).map(([what, value]) => verdict(what, value));

const SCALARS: Readonly<Record<string, readonly HostileValue[]>> = {
  String: [...TEXTS, ...each(TWISTED, odd), wrong("a number", 7)],
  ID: [...TEXTS, ...each({ ...TWISTED, ...NOBODYS }, unknown)],
  Int: [
    wrong("a text", MARK), wrong("a half", 1.5), wrong("too much", 2 ** 31),
    odd("the most", 2 ** 31 - 1), odd("less than nothing", -1), odd("zero", 0),
  ],
  Boolean: [wrong("a text", MARK), wrong("a number", 1)],
  DateTime: [
    wrong("a day that is none", "2026-02-30T00:00:00Z"),
    wrong("a month that is none", "2026-13-01T00:00:00Z"),
    wrong("a day without a time", "2026-03-02"),
    wrong("a time without a zone", "2026-03-02T09:00:00"),
    wrong("a word", MARK),
    wrong("a number", 1_772_442_000),
    wrong("an object", { unheardOf: MARK }),
    wrong("a year that is none", "0000-12-31T23:59:59Z"),
    wrong("a year beyond the last", "9999-12-31T23:59:59-01:00"),
    odd("the last year", "9999-12-31T23:59:59.999999999Z"),
  ],
  Duration: [
    wrong("a word", MARK), wrong("less than nothing", "-P1D"), wrong("a number", 1), wrong("half of one", "P"), wrong("for ever", "P9999999Y"),
  ],
};

export interface Variant {
  /** `$input.identifiers[0].value: a NUL` */
  readonly what: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly verdict: Verdict;
}

/** The variables of a call with one value at a time replaced by a hostile one, at every place where its arguments can hold one. */
export function variantsOf(args: readonly GraphQLArgument[], base: Readonly<Record<string, unknown>>): Variant[] {
  return args.flatMap((arg) =>
    hostileAt(arg.type, base[arg.name], isRequiredArgument(arg)).map(({ what, value, verdict }) => ({
      what: `$${arg.name}${what}`,
      variables: { ...base, [arg.name]: value },
      verdict,
    })),
  );
}

function hostileAt(type: GraphQLInputType, base: unknown, required: boolean): HostileValue[] {
  if (isNonNullType(type)) return hostileAt(type.ofType, base, required);
  const none = required ? [wrong(": null", null)] : [odd(": null", null)];
  if (isListType(type)) {
    const [item = sampleOf(type.ofType)] = (base ?? []) as unknown[];
    const lists = [wrong(": an object", { unheardOf: [MARK] }), odd(": 10,000 items", Array(10_000).fill(item)), wrong(": 10,001 items", Array(10_001).fill(item))];
    const inside = hostileAt(type.ofType, item, isNonNullType(type.ofType));
    return [...none, ...lists, ...inside.map((hostile) => ({ ...hostile, what: `[0]${hostile.what}`, value: [hostile.value] }))];
  }
  if (isInputObjectType(type)) {
    const given = (base ?? sampleOf(type)) as Record<string, unknown>;
    const members = Object.values(type.getFields()).flatMap((field) =>
      hostileAt(field.type, given[field.name], isRequiredInputField(field)).map((hostile) => ({
        ...hostile,
        what: `.${field.name}${hostile.what}`,
        value: { ...given, [field.name]: hostile.value },
      })),
    );
    const objects = [wrong(": a text", MARK), wrong(": a list of lists", [[given]]), wrong(": an unknown member", { ...given, unheardOf: MARK })];
    return [...none, ...objects, ...members];
  }
  const values = isEnumType(type) ? [wrong("a word", MARK), wrong("a number", 1)] : (SCALARS[type.name] ?? []);
  return [...none, ...values.map((hostile) => ({ ...hostile, what: `: ${hostile.what}` }))];
}

const SAMPLES: Readonly<Record<string, unknown>> = { Int: 1, Boolean: true, DateTime: "2026-01-01T00:00:00Z", Duration: "P1D" };

/** A value that the type takes, with no more members than it needs. */
export function sampleOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleOf(type.ofType);
  if (isListType(type)) return [sampleOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isInputObjectType(type)) return SAMPLES[type.name] ?? "x";
  const required: GraphQLInputField[] = Object.values(type.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(required.map((field) => [field.name, sampleOf(field.type)]));
}
