import type { Fault } from "../text-model";
import type { Declared, Reference } from "./descriptor-model";
import type { TextError } from "./places";
import type { YamlNode } from "./yaml-document";
import { placeOf, type Shape } from "./yaml-shape";

/** How the items of one list are read. */
interface Kind<Value, Input> {
  readonly shape: Shape<Value>;
  readonly toInput: (value: Value) => Input;
  readonly faults: (input: Input) => Fault[];
  /** Learns every id, those of faulty items too. */
  readonly named?: Set<string>;
  readonly idOf?: (input: Input) => string;
  /** Learns every reference, those of faulty items too. */
  readonly references?: Reference[];
  readonly referencesOf?: (input: Input) => { readonly path: readonly (string | number)[]; readonly id: string }[];
}

/** The items that are right; what is wrong with the others goes to `errors`. */
export function readItems<Value, Input>(nodes: readonly YamlNode[], errors: TextError[], kind: Kind<Value, Input>): Declared<Input>[] {
  return nodes.flatMap((node): Declared<Input>[] => {
    const own: TextError[] = [];
    const input = kind.toInput(kind.shape(node, own));
    const misread = new Set(own.map(({ at }) => at));
    // A value that could not be read has been reported; the empty one in its place is not judged.
    for (const { path, text: fault } of kind.faults(input)) {
      const at = placeOf(node, path);
      if (!misread.has(at)) own.push({ at, text: `${path.filter((step) => typeof step === "string").at(-1)} ${fault}` });
    }
    if (kind.idOf !== undefined) kind.named?.add(kind.idOf(input));
    const faulty = new Set(own.map(({ at }) => at));
    for (const { path, id: target } of kind.referencesOf?.(input) ?? []) {
      const at = placeOf(node, path);
      if (!faulty.has(at)) kind.references?.push({ id: target, at });
    }
    for (const error of own) errors.push(error); // As arguments of one call, a million of them would be too many.
    return own.length > 0 ? [] : [{ input, at: node.at, members: node.kind === "map" ? [...node.entries.keys()] : [] }];
  });
}

/** What a reader has made of something written in another format's words. */
export interface Translated<Input> {
  readonly input: Input;
  readonly at: number;
  /** Where a member of the input stands in the text: `["fields", 2, "name"]`. */
  readonly placeOf: (path: Fault["path"]) => number;
}

/**
 * The translation, if nothing is wrong with it; else what is goes to `errors`, beginning with what has been `misread` in it: such a place is
 * not judged again. It declares the members that the input has: an undefined one is left out, so that it falls back to its default once
 * the text no longer says it.
 */
export function declaredOf<Input extends object>(
  { input, at, placeOf: placeIn }: Translated<Input>, faults: readonly Fault[], errors: TextError[], misread: readonly TextError[] = [],
): Declared<Input>[] {
  const judged = new Set(misread.map((error) => error.at));
  const own = [...misread];
  for (const { path, text } of faults) {
    const faultAt = placeIn(path);
    if (!judged.has(faultAt)) own.push({ at: faultAt, text: `${path.filter((step) => typeof step === "string").at(-1)} ${text}` });
  }
  for (const error of own) errors.push(error);
  const said = Object.entries(input).filter(([, value]) => value !== undefined);
  return own.length > 0 ? [] : [{ input: Object.fromEntries(said) as Input, at, members: said.map(([member]) => member) }];
}
