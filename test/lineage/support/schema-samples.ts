/** A JSON schema, as far as samples are made of it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
}

type Resolve = (ref: string, base: Schema) => readonly [schema: Schema, base: Schema];

/** How often a schema may stand within itself. */
const TWICE = 2;

/** Values with every member that the schema names: one for each of its alternatives. */
export function samplesOf(schema: Schema, base: Schema, resolve: Resolve, within: readonly string[] = []): unknown[] {
  const deeper = (inner: Schema): unknown[] => samplesOf(inner, base, resolve, within);
  if (schema.$ref !== undefined) {
    const ref = schema.$ref;
    if (within.filter((other) => other === ref).length === TWICE) return [];
    return samplesOf(...resolve(ref, base), resolve, [...within, ref]);
  }
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined && schema.properties === undefined) return alternatives.flatMap((one) => deeper(one));
  if (schema.allOf !== undefined) return schema.allOf.map((part) => samplesOf(part, base, resolve, within)).reduce((all, one) => product(all, one));
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum !== undefined) return [schema.enum[0]];
  switch (schema.type) {
    case "string": return ["x"];
    case "integer": return [3];
    case "number": return [2.5];
    case "boolean": return [false];
    case "array": return [deeper(schema.items ?? {}).slice(0, 8)];
    default: return objectsOf(schema, deeper);
  }
}

/** Objects with all members; the members that have alternatives take turns. */
function objectsOf({ properties = {}, additionalProperties }: Schema, deeper: (inner: Schema) => unknown[]): unknown[] {
  const members = Object.entries(properties).map(([name, inner]) => [name, deeper(inner)] as const).filter(([, values]) => values.length > 0);
  const rest = typeof additionalProperties === "object" ? deeper(additionalProperties).map((value, index) => [`more${index}`, value] as const) : [];
  const turns = Math.max(1, ...members.map(([, values]) => values.length));
  return Array.from({ length: turns }, (_, turn) =>
    Object.fromEntries([...members.map(([name, values]) => [name, values[turn % values.length]] as const), ...rest]));
}

const product = (all: unknown[], one: unknown[]): unknown[] =>
  all.flatMap((left) => one.map((right) => ({ ...(left as object), ...(right as object) })));

const STRANGERS: readonly unknown[] = [null, true, -1, 1.5, "y", [], {}, ["y"], { y: 1 }];

/** All values that differ from this one in one place: a member or item left out, or of another type. */
export function* mutationsOf(value: unknown): Generator<{ readonly place: string; readonly value: unknown }> {
  for (const stranger of STRANGERS) yield { place: "", value: stranger };
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) yield { place: `/${key} left out`, value: Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)) };
    for (const mutation of mutationsOf(inner)) {
      const changed = Array.isArray(value) ? value.map((item, index) => (String(index) === key ? mutation.value : item)) : { ...value, [key]: mutation.value };
      yield { place: `/${key}${mutation.place}`, value: changed };
    }
  }
}
