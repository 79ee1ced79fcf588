import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationRule,
} from "graphql";

/** Bounds on a document, every fragment counted wherever it is spread. The parser bounds the tokens. */
const DOCUMENT_LIMITS = { depth: 15, aliases: 30, directives: 30, fields: 1_000 } as const;

/** More than any document that a person writes: a full introspection query has 184. */
export const MAX_TOKENS = 500;

type Measure = Record<keyof typeof DOCUMENT_LIMITS, number>;

const NOTHING: Measure = { depth: 0, aliases: 0, directives: 0, fields: 0 };
// graphql-js has a rule of its own for the depth of introspection.
const INTROSPECTION = new Set(["__schema", "__type"]);

/** Validation rule: refuses documents that ask too deep, too broad or too often. */
export const documentLimits: ValidationRule = (context) => ({
  Document(document) {
    const measure = measuring(document);
    for (const definition of document.definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
      const found = measure(definition.selectionSet);
      for (const [what, limit] of Object.entries(DOCUMENT_LIMITS)) {
        const reached = found[what as keyof Measure];
        if (reached > limit)
          context.reportError(new GraphQLError(`The operation has ${what} ${reached}; at most ${limit} are taken`, { nodes: definition }));
      }
    }
  },
});

/** Each fragment is measured once, so that fragments which spread each other cannot make the measuring itself explode. */
function measuring(document: DocumentNode): (set: SelectionSetNode) => Measure {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, Measure>();

  const ofFragment = (name: string): Measure => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    measured.set(name, NOTHING); // A cycle ends here; another rule refuses it.
    const fragment = fragments.get(name);
    const found = fragment === undefined ? NOTHING : ofSet(fragment.selectionSet);
    measured.set(name, found);
    return found;
  };
  const ofSelection = (selection: SelectionNode): Measure => {
    const directives = selection.directives?.length ?? 0;
    if (selection.kind === Kind.FRAGMENT_SPREAD) return plus(ofFragment(selection.name.value), { directives });
    if (selection.kind === Kind.INLINE_FRAGMENT) return plus(ofSet(selection.selectionSet), { directives });
    const inside = selection.selectionSet && !INTROSPECTION.has(selection.name.value) ? ofSet(selection.selectionSet) : NOTHING;
    return plus(inside, { directives, fields: 1, depth: 1, aliases: selection.alias === undefined ? 0 : 1 });
  };
  const ofSet = (set: SelectionSetNode): Measure => set.selections.map(ofSelection).reduce(beside, NOTHING);
  return ofSet;
}

const beside = (a: Measure, b: Measure): Measure => ({ ...plus(a, { ...b, depth: 0 }), depth: Math.max(a.depth, b.depth) });

const plus = (a: Measure, b: Partial<Measure>): Measure => ({
  depth: a.depth + (b.depth ?? 0),
  aliases: a.aliases + (b.aliases ?? 0),
  directives: a.directives + (b.directives ?? 0),
  fields: a.fields + (b.fields ?? 0),
});
