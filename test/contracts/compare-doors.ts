import {
  astFromValue,
  type ConstValueNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type TypeNode,
} from "graphql";

type Definition = ObjectTypeDefinitionNode | InputObjectTypeDefinitionNode | EnumTypeDefinitionNode;

const ROOTS = ["Query", "Mutation", "Subscription"];

/**
 * Where a schema does not keep the promises of `doors.graphql`: of every operation that it has, and of every type these reach.
 * More fields, types, and arguments that nobody has to give are welcome. Relay's connection types need not be spelled out there.
 */
export function breachesOf(schema: GraphQLSchema, doors: string): string[] {
  const definitions = definitionsOf(doors);
  const breaches: string[] = [];
  const checked = new Set<string>();
  const say = (breach: string): void => void breaches.push(breach);

  const checkType = (name: string): void => {
    const promised = definitions.get(name);
    if (promised === undefined || checked.has(name)) return;
    checked.add(name);
    const type = schema.getType(name);
    if (type === undefined) return say(`${name} is missing`);
    if (promised.kind === Kind.ENUM_TYPE_DEFINITION) checkEnum(promised, type);
    else if (promised.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) checkInput(promised, type);
    else checkObject(promised, type);
  };

  const checkObject = (promised: ObjectTypeDefinitionNode, type: GraphQLNamedType): void => {
    if (!isObjectType(type)) return say(`${type.name} is no object type`);
    for (const field of promised.fields ?? []) checkField(type.name, field, type.getFields()[field.name.value]);
  };

  const checkField = (parent: string, promised: FieldDefinitionNode, field: GraphQLField<unknown, unknown> | undefined): void => {
    const place = `${parent}.${promised.name.value}`;
    if (field === undefined) return say(`${place} is missing`);
    checkSameType(place, promised.type, field.type);
    for (const argument of promised.arguments ?? []) {
      checkValue(
        `${place}(${argument.name.value})`,
        argument,
        field.args.find(({ name }) => name === argument.name.value),
      );
    }
    const names = new Set(promised.arguments?.map(({ name }) => name.value));
    for (const extra of field.args)
      if (!names.has(extra.name) && isRequiredArgument(extra)) say(`${place}(${extra.name}) must not be required`);
  };

  const checkInput = (promised: InputObjectTypeDefinitionNode, type: GraphQLNamedType): void => {
    if (!isInputObjectType(type)) return say(`${type.name} is no input`);
    const fields = type.getFields();
    for (const field of promised.fields ?? []) checkValue(`${type.name}.${field.name.value}`, field, fields[field.name.value]);
    const names = new Set(promised.fields?.map(({ name }) => name.value));
    for (const extra of Object.values(fields))
      if (!names.has(extra.name) && isRequiredInputField(extra)) say(`${type.name}.${extra.name} must not be required`);
  };

  const checkValue = (place: string, promised: InputValueDefinitionNode, value: GraphQLArgument | GraphQLInputField | undefined): void => {
    if (value === undefined) return say(`${place} is missing`);
    checkSameType(place, promised.type, value.type);
    const actual = value.defaultValue === undefined ? undefined : (astFromValue(value.defaultValue, value.type) as ConstValueNode);
    const [expected, found] = [promised.defaultValue, actual].map((node) => (node ? print(node) : "none"));
    if (expected !== found) say(`${place} has default ${found}, not ${expected}`);
  };

  const checkEnum = (promised: EnumTypeDefinitionNode, type: GraphQLNamedType): void => {
    const expected = promised.values?.map(({ name }) => name.value) ?? [];
    const found = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
    if ([...expected].sort().join() !== [...found].sort().join()) say(`${type.name} is ${found.join(" ")}, not ${expected.join(" ")}`);
  };

  const checkSameType = (place: string, promised: TypeNode, type: { toString(): string }): void => {
    if (print(promised) !== String(type)) say(`${place} is ${String(type)}, not ${print(promised)}`);
    checkType(namedTypeOf(promised));
  };

  for (const root of ROOTS) {
    const promised = definitions.get(root) as ObjectTypeDefinitionNode | undefined;
    const type = schema.getType(root);
    if (promised === undefined || !isObjectType(type)) continue;
    for (const field of promised.fields ?? []) {
      const built = type.getFields()[field.name.value];
      if (built !== undefined) checkField(root, field, built);
    }
  }
  return breaches;
}

/** The operations of `doors.graphql` that the schema has and has not. */
export function operationsOf(schema: GraphQLSchema, doors: string): { built: string[]; missing: string[] } {
  const definitions = definitionsOf(doors);
  const all = ROOTS.flatMap((root) =>
    ((definitions.get(root) as ObjectTypeDefinitionNode | undefined)?.fields ?? []).map((field) => `${root}.${field.name.value}`),
  );
  const has = (operation: string): boolean => {
    const [root = "", name = ""] = operation.split(".");
    const type = schema.getType(root);
    return isObjectType(type) && name in type.getFields();
  };
  return { built: all.filter(has), missing: all.filter((operation) => !has(operation)) };
}

function definitionsOf(doors: string): Map<string, Definition> {
  const written = parse(doors).definitions.filter(
    (definition): definition is Definition => "name" in definition && definition.kind !== Kind.SCALAR_TYPE_DEFINITION,
  );
  const connections = [...new Set(doors.match(/\b\w+(?=Connection\b)/g))]
    .map(
      (node) => `type ${node}Connection { edges: [${node}Edge!]! pageInfo: PageInfo! } type ${node}Edge { cursor: String! node: ${node}! }`,
    )
    .join("\n");
  const relay = parse(`${connections} type PageInfo { hasNextPage: Boolean! endCursor: String }`).definitions as readonly Definition[];
  return new Map([...relay, ...written].map((definition) => [definition.name.value, definition]));
}

function namedTypeOf(type: TypeNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}
