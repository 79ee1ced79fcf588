import { oneOf } from "../text-model";
import { entityName, reference } from "./backstage-reference";
import type { TextError } from "./places";
import type { YamlNode } from "./yaml-document";
import { filledText, jsonMap, listOf, memberOf, openMapOf, optional, placeOf, type ReadOf, required, type Shape, text } from "./yaml-shape";

/** One document of Backstage's catalog, as far as the register asks. */
export interface BackstageEntity {
  readonly node: YamlNode;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly spec: Spec;
}

/** Backstage puts a file's text in the place of `$text: ./notes.md`; that file is not before us. */
const textOrFile: Shape<string> = (node, errors) => {
  const isFile = node.kind === "map" && node.entries.size === 1 && [...node.entries.keys()][0]!.startsWith("$");
  return isFile ? "" : text(node, errors);
};

const METADATA = openMapOf({
  name: required(entityName), namespace: optional(entityName), title: optional(textOrFile), description: optional(textOrFile),
  labels: optional(jsonMap), annotations: optional(jsonMap), tags: optional(listOf(text)), links: optional(listOf(jsonMap)),
});
const ENVELOPE = openMapOf({ apiVersion: required(filledText), kind: required(filledText), metadata: required(METADATA) });

const references = listOf(reference);
const SPEC = {
  type: optional(text), lifecycle: optional(text), owner: optional(reference), system: optional(reference), domain: optional(reference),
  subcomponentOf: optional(reference), subdomainOf: optional(reference), parent: optional(reference), children: optional(references),
  providesApis: optional(references), consumesApis: optional(references), dependsOn: optional(references), dependencyOf: optional(references),
  profile: optional(openMapOf({ displayName: optional(text) })),
};
type Spec = ReadOf<typeof SPEC>;

const OWNED = { ...SPEC, owner: required(reference) };
const NOTHING: Shape<Spec> = () => ({}) as Spec;

/** Of the kinds that the register has no use for, only the envelope is read. */
const SPECS: Readonly<Record<string, Shape<Spec>>> = {
  Component: openMapOf({ ...OWNED, type: required(filledText), lifecycle: required(filledText) }),
  API: openMapOf({ ...OWNED, type: required(filledText), lifecycle: required(filledText) }),
  Resource: openMapOf({ ...OWNED, type: required(filledText) }),
  System: openMapOf(OWNED),
  Domain: openMapOf(OWNED),
  Group: openMapOf(SPEC),
  User: NOTHING, Location: NOTHING, Template: NOTHING, AiResource: NOTHING, Environment: NOTHING, Capability: NOTHING,
};
const VERSIONS = ["backstage.io/v1alpha1", "backstage.io/v1alpha2", "backstage.io/v1beta1"];
const TEMPLATE_VERSIONS = [...VERSIONS, "backstage.io/v1beta2", "scaffolder.backstage.io/v1beta2", "scaffolder.backstage.io/v1beta3"];

/** The entity of a document, if it has a name and a kind that Backstage knows. */
export function readEntity(document: YamlNode, errors: TextError[]): BackstageEntity[] {
  const { apiVersion, kind, metadata } = ENVELOPE(document, errors);
  const isOneOf = (allowed: readonly string[], member: string, value: string): boolean => {
    const fault = value === "" ? undefined : oneOf(allowed, value);
    if (fault !== undefined) errors.push({ at: placeOf(document, [member]), text: `${member} ${fault}` });
    return value !== "" && fault === undefined;
  };
  isOneOf(kind === "Template" ? TEMPLATE_VERSIONS : VERSIONS, "apiVersion", apiVersion);
  if (!isOneOf(Object.keys(SPECS), "kind", kind)) return [];
  // Where it is left out, each of its required members is missing.
  const spec = SPECS[kind]!(memberOf(document, "spec") ?? { kind: "map", at: document.at, size: 1, entries: new Map() }, errors);
  if (metadata.name === "") return [];
  const { name, namespace, title, description } = metadata;
  return [{ node: document, kind, name, namespace: namespace || "default", title: title || undefined, description: description || undefined, spec }];
}
