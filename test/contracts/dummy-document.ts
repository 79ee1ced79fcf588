import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from "graphql";

const SAMPLES: Readonly<Record<string, string>> = {
  Int: "1",
  Float: "1",
  Boolean: "true",
  DateTime: '"2026-01-01T00:00:00Z"',
  Duration: '"P1D"',
};

/** A valid document that asks for one operation, with every required argument given some value. */
export function dummyDocument(kind: string, field: GraphQLField<unknown, unknown>): string {
  const values = field.args.filter(isRequiredArgument).map(given);
  const selection = isLeafType(getNamedType(field.type)) ? "" : " { __typename }";
  return `${kind} { ${field.name}${values.length > 0 ? `(${values.join(", ")})` : ""}${selection} }`;
}

const given = ({ name, type }: GraphQLArgument | GraphQLInputField): string => `${name}: ${sample(type)}`;

function sample(type: GraphQLInputType): string {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return `[${sample(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) return `{ ${Object.values(type.getFields()).filter(isRequiredInputField).map(given).join(", ")} }`;
  return SAMPLES[type.name] ?? '"x"';
}
