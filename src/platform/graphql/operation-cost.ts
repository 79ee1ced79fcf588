import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  typeFromAST,
} from "graphql";
import { badInput } from "../errors";

/** Items of one list among the variables (bulk submissions stay below it), and members of one object. */
const MAX_ITEMS = 10_000;
const MAX_MEMBERS = 1_000;

/** Objects that one operation may ask for. 100 entities with 50 datasets each and their fields are 15,000. */
const MAX_COST = 100_000;

/**
 * Pages hold at most 100; some lists (lineage) have no maximum but are answered from memory: beyond this, a larger `first`
 * costs no more.
 */
const COUNTED_PAGE = 1_000;

type Variables = Readonly<Record<string, unknown>>;

/**
 * How many objects an operation may have resolved at worst: each field with a selection is one, times the `first`
 * of every list around it. Each fragment is counted once and its cost reused.
 */
function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const costs = new Map<string, number>();

  const ofFragment = (name: string): number => {
    const known = costs.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const cost = fragment === undefined ? 0 : ofSet(fragment.selectionSet, typeFromAST(schema, fragment.typeCondition));
    costs.set(name, cost);
    return cost;
  };
  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined): number => {
    if (node.selectionSet === undefined || !(isObjectType(parent) || isInterfaceType(parent))) return 0;
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return 0; // __schema and __type: bounded by graphql-js.
    return 1 + pageSize(field, node, variables) * ofSet(node.selectionSet, getNamedType(field.type));
  };
  const ofSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): number => {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) cost += ofField(selection, parent);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) cost += ofFragment(selection.name.value);
      else cost += ofSet(selection.selectionSet, selection.typeCondition ? typeFromAST(schema, selection.typeCondition) : parent);
    }
    return cost;
  };
  return ofSet(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
}

/** Refuses (BAD_USER_INPUT) an operation that costs too much, or brings more than any takes. */
export function checkCost(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): void {
  checkSizes(variables);
  const cost = operationCost(schema, document, operation, variables);
  if (cost > MAX_COST)
    throw badInput(`The operation may touch ${cost} objects, at most ${MAX_COST} are taken: ask for smaller pages (first) or less nesting`);
}

/**
 * Refuses lists and objects that are too long: looking at what stands in them takes much longer than counting, and graphql-js prints
 * an object whole for each of its faults. Not recursive: a client may nest as deep as it likes.
 */
function checkSizes(variables: Variables): void {
  const open: unknown[] = [variables];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    const parts = Object.values(value) as unknown[];
    if (parts.length > (Array.isArray(value) ? MAX_ITEMS : MAX_MEMBERS)) {
      throw badInput(`Lists of at most ${MAX_ITEMS} items and objects of at most ${MAX_MEMBERS} members are taken: send several requests`);
    }
    for (const part of parts) open.push(part);
  }
}

function pageSize(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Variables): number {
  const argument = field.args.find(({ name }) => name === "first");
  if (argument === undefined) return 1;
  const given = node.arguments?.find(({ name }) => name.value === "first")?.value;
  const value = given?.kind === Kind.VARIABLE ? variables[given.name.value] : given?.kind === Kind.INT ? Number(given.value) : undefined;
  const size = typeof value === "number" ? value : argument.defaultValue;
  return typeof size === "number" ? Math.min(Math.max(size, 1), COUNTED_PAGE) : 1;
}
