import type { Json, Properties } from "../model";
import type { TextError } from "./places";
import type { YamlNode } from "./yaml-document";

/**
 * Takes a value of the expected shape out of a node. What is not as expected goes to `errors`, and an empty value of the shape is answered
 * in its place, so that reading goes on and finds every error.
 */
export type Shape<Value> = (node: YamlNode, errors: TextError[]) => Value;

export interface Member<Value> {
  readonly shape: Shape<Value>;
  readonly required: boolean;
}
export const required = <Value>(shape: Shape<Value>): Member<Value> => ({ shape, required: true });
/** May be left out (undefined) or be null. */
export const optional = <Value>(shape: Shape<Value>): Member<Value | null | undefined> => ({ shape, required: false });

export type Members = Readonly<Record<string, Member<unknown>>>;
export type ReadOf<Of extends Members> = { readonly [Name in keyof Of]: Of[Name] extends Member<infer Value> ? Value : never };

const expected =
  <Value>(what: string, empty: Value, take: (text: string) => Value | undefined): Shape<Value> =>
  (node, errors) => {
    const value = node.kind === "scalar" && node.text !== null ? take(node.text) : undefined;
    if (value === undefined) errors.push({ at: node.at, text: `expected ${what}` });
    return value ?? empty;
  };

/** Any scalar as it is written: `name: 42` is the text "42". */
export const text: Shape<string> = expected("a text", "", (written) => written);

/** A text in which something stands. */
export const filledText: Shape<string> = expected("a text that is not empty", "", (written) => (written.trim() === "" ? undefined : written));

export const wholeNumber: Shape<number> = expected("a whole number", 0, (written) => (/^\d{1,9}$/.test(written) ? Number(written) : undefined));

const INSTANT = /^(?!0000)(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** RFC 3339; a day alone is its midnight in UTC. */
export const instant: Shape<Date | null> = expected("an instant such as 2026-11-22T15:00:00Z, or a day such as 2026-11-22", null, (written) => {
  const [, day, time] = INSTANT.exec(written) ?? [];
  const midnight = new Date(`${day}T00:00:00Z`);
  const at = time === undefined ? midnight : new Date(written);
  if (Number.isNaN(at.getTime()) || Number.isNaN(midnight.getTime())) return undefined;
  return midnight.toISOString().startsWith(day!) ? at : undefined; // JavaScript takes 30 February for 2 March.
});

/** The node itself, to be read by other means. */
export const anything: Shape<YamlNode> = (node) => node;

/** The value as JSON: plain scalars by YAML's core schema, quoted ones as texts. */
export const json: Shape<Json> = (node) => jsonOf(node);

function jsonOf(node: YamlNode): Json {
  if (node.kind === "list") return node.items.map(jsonOf);
  if (node.kind === "map") return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, jsonOf(value)]));
  if (node.text === null || !node.plain) return node.text;
  if (/^(true|false)$/i.test(node.text)) return node.text.toLowerCase() === "true";
  const number = /^[-+]?(\d+|\d*\.\d+|\d+\.\d*)(e[-+]?\d+)?$/i.test(node.text) ? Number(node.text) : NaN;
  // What a number cannot hold exactly stays a text: 0123, 12345678901234567890.
  return String(number) === node.text ? number : node.text;
}

/** A mapping as JSON. */
export const jsonMap: Shape<Properties> = (node, errors) => {
  if (node.kind === "map") return jsonOf(node) as Properties;
  errors.push({ at: node.at, text: "expected a mapping" });
  return {};
};

export const listOf =
  <Value>(item: Shape<Value>): Shape<Value[]> =>
  (node, errors) => {
    if (node.kind === "list") return node.items.map((entry) => item(entry, errors));
    errors.push({ at: node.at, text: "expected a list" });
    return [];
  };

/** A mapping with these members and no others. */
export const mapOf = <Of extends Members>(members: Of): Shape<ReadOf<Of>> => mappingOf(members, ` with ${Object.keys(members).join(", ")}`, true);

/** A mapping with these members, and with others that are not read: formats of others grow. */
export const openMapOf = <Of extends Members>(members: Of): Shape<ReadOf<Of>> => mappingOf(members, "", false);

function mappingOf<Of extends Members>(members: Of, naming: string, isClosed: boolean): Shape<ReadOf<Of>> {
  const specified = Object.entries(members);
  const unknown = `unknown member; there are ${Object.keys(members).join(", ")}`;
  return (node, errors) => {
    if (node.kind !== "map") errors.push({ at: node.at, text: `expected a mapping${naming}` });
    const entries = node.kind === "map" ? node.entries : undefined;
    for (const [name, { keyAt }] of isClosed ? (entries ?? []) : []) {
      if (!Object.hasOwn(members, name)) errors.push({ at: keyAt, text: unknown });
    }
    const read: Record<string, unknown> = {};
    for (const [name, { shape, required: isRequired }] of specified) {
      const value = entries?.get(name)?.value;
      if (value === undefined && isRequired) {
        if (entries !== undefined) errors.push({ at: node.at, text: `${name} is missing` });
        read[name] = shape({ kind: "scalar", at: node.at, size: 1, text: null, plain: true }, []);
      } else if (value !== undefined) {
        read[name] = !isRequired && value.kind === "scalar" && value.text === null ? null : shape(value, errors);
      }
    }
    return read as ReadOf<Of>;
  };
}

/** A mapping whose names are not known beforehand. */
export const entriesOf: Shape<[name: string, value: YamlNode][]> = (node, errors) => {
  if (node.kind === "map") return [...node.entries].map(([name, { value }]) => [name, value]);
  errors.push({ at: node.at, text: "expected a mapping" });
  return [];
};

export const isEmpty = (node: YamlNode): boolean => node.kind === "scalar" && node.text === null;

/** The value of a mapping's member, if the node is one and has it; null is as good as left out. */
export function memberOf(node: YamlNode | undefined, name: string): YamlNode | undefined {
  const value = node?.kind === "map" ? node.entries.get(name)?.value : undefined;
  return value && isEmpty(value) ? undefined : value;
}

/** The text of a scalar. */
export const textOf = (node: YamlNode | undefined): string | undefined => (node?.kind === "scalar" ? (node.text ?? undefined) : undefined);

/** Those of the members that the node has, as JSON. */
export function jsonMembers(node: YamlNode | undefined, names: readonly string[]): Properties {
  const values = names.map((name) => [name, memberOf(node, name)] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, jsonOf(value)]])));
}

/** Where the value at the path stands, or the last of its parents that stands there. */
export function placeOf(node: YamlNode, path: readonly (string | number)[]): number {
  let here = node;
  for (const step of path) {
    const next = here.kind === "map" ? here.entries.get(String(step))?.value : here.kind === "list" ? here.items[Number(step)] : undefined;
    if (next === undefined) break;
    here = next;
  }
  return here.at;
}
