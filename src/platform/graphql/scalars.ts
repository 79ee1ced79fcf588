import { GraphQLScalarType, Kind } from "graphql";
import { isDuration } from "../calendar";
import { badInput } from "../errors";
import { parseInstant } from "../instant";

function parseDateTime(value: unknown): Date {
  const instant = typeof value === "string" ? parseInstant(value) : undefined;
  if (instant === undefined) throw badInput("DateTime: expected an RFC 3339 instant such as 2026-11-22T15:00:00Z");
  return instant;
}

function parseDuration(value: unknown): string {
  if (typeof value === "string" && isDuration(value)) return value;
  throw badInput("Duration: expected an ISO 8601 duration such as P30D");
}

function parseJsonObject(value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw badInput("JSONObject: expected an object");
}

const literal = <T>(parse: (value: unknown) => T) => (node: { kind: string; value?: unknown }): T =>
  parse(node.kind === Kind.STRING ? node.value : undefined);

/** An instant; `Date` inside, RFC 3339 in UTC on the wire. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: "DateTime",
  description: "An instant, RFC 3339, in UTC on output.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  serialize: (value) => (value instanceof Date ? value.toISOString() : String(value)),
  parseValue: parseDateTime,
  parseLiteral: literal(parseDateTime),
});

/** A calendar duration; text inside and on the wire. */
export const DurationScalar = new GraphQLScalarType<string, string>({
  name: "Duration",
  description: "A duration, ISO 8601, such as P30D or PT1H.",
  serialize: (value) => String(value),
  parseValue: parseDuration,
  parseLiteral: literal(parseDuration),
});

/** A JSON object of any members; given in variables only, where it is JSON already. */
export const JsonObjectScalar = new GraphQLScalarType<object, object>({
  name: "JSONObject",
  description: "A JSON object. Give it in a variable.",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc8259",
  serialize: (value) => value as object,
  parseValue: parseJsonObject,
  parseLiteral: () => parseJsonObject(undefined),
});
