import type { YamlNode } from "./yaml-document";
import type { Shape } from "./yaml-shape";

/** `[kind:][namespace/]name`, in lower case: Backstage does not tell it apart from upper case. */
export interface BackstageReference {
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
}

const NAME = "[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?";
const ENTITY_NAME = new RegExp(`^${NAME}$`, "i");
const REFERENCE = new RegExp(`^(?:([a-z][a-z0-9]*):)?(?:(${NAME})/)?(${NAME})$`);

const writtenIn = (node: YamlNode): string => (node.kind === "scalar" ? (node.text ?? "") : "");

/** The name or namespace of an entity; empty where it is none. */
export const entityName: Shape<string> = (node, errors) => {
  const written = writtenIn(node);
  if (ENTITY_NAME.test(written)) return written;
  errors.push({ at: node.at, text: "expected at most 63 letters and digits, with dots, hyphens and underscores between them" });
  return "";
};

/** A reference to another entity, whether it stands in the source or elsewhere; undefined where it is malformed. */
export const reference: Shape<BackstageReference | undefined> = (node, errors) => {
  const [, kind, namespace, name] = REFERENCE.exec(writtenIn(node).toLowerCase()) ?? [];
  if (name !== undefined) return { kind, namespace, name };
  errors.push({ at: node.at, text: "expected a reference to an entity: [kind:][namespace/]name" });
  return undefined;
};

/** What a name means inside a namespace: a reference without one stays in it. */
export const qualified = ({ namespace, name }: Pick<BackstageReference, "namespace" | "name">, inside: string): string =>
  `${namespace ?? inside}/${name}`.toLowerCase();

/** The key by which the register calls the entity: its name, after that of a namespace of its own. */
export const keyOf = (entity: Pick<BackstageReference, "namespace" | "name">, inside: string): string =>
  qualified(entity, inside).replace(/^default\//, "").replace("/", ".");
