import type { Json, Properties } from "../model";
import { type Column, type Relation, relationName, saidText } from "./dbt-relation";
import type { TextError } from "./places";
import { foreignCategories, foreignType } from "./foreign-field";
import { hasAddress, withoutAddresses } from "./impersonal";
import { said } from "./written";
import type { YamlNode } from "./yaml-document";
import { anything, entriesOf, json, listOf, memberOf, openMapOf, optional, required, text, textOf } from "./yaml-shape";

const MANIFEST = openMapOf({ nodes: required(entriesOf), sources: optional(entriesOf) });
const CONFIG = openMapOf({ enabled: optional(text), materialized: optional(text), group: optional(text), meta: optional(anything) });
const NODE = openMapOf({
  resource_type: required(text), name: required(text), package_name: required(text), database: optional(text), schema: optional(text),
  alias: optional(text), identifier: optional(text), source_name: optional(text), description: optional(text), group: optional(text),
  columns: optional(entriesOf), tags: optional(listOf(text)), meta: optional(anything), config: optional(CONFIG),
});
const COLUMN = openMapOf({
  name: optional(text), description: optional(text), data_type: optional(text), tags: optional(listOf(text)), meta: optional(anything),
  config: optional(openMapOf({ meta: optional(anything) })),
});

const WITH_TABLES = ["model", "seed", "snapshot", "source"];

/**
 * The models, seeds, snapshots and sources of a manifest; what is disabled and ephemeral models have no table. Of an owner the name is kept
 * where it is a plain text, so that it can be a team's, and nowhere a text with an e-mail address.
 */
export function readManifest(document: YamlNode, errors: TextError[]): Relation[] {
  const { nodes, sources } = MANIFEST(document, errors);
  const tests = testsIn(nodes);
  return [...nodes, ...(sources ?? [])].flatMap(([uniqueId, node]) =>
    WITH_TABLES.includes(typeOf(uniqueId, node)) ? readRelation(uniqueId, node, tests.get(uniqueId) ?? []) : [],
  );
}

const typeOf = (uniqueId: string, node: YamlNode): string => textOf(memberOf(node, "resource_type")) ?? uniqueId.split(".", 1)[0]!;

/** The names of the tests on each node. Before version 9, the last node that a generic test depends on is the one it is attached to. */
function testsIn(nodes: readonly (readonly [string, YamlNode])[]): ReadonlyMap<string, readonly string[]> {
  const tests = new Map<string, string[]>();
  for (const [uniqueId, node] of nodes) {
    if (typeOf(uniqueId, node) !== "test") continue;
    const tested = memberOf(memberOf(node, "depends_on"), "nodes");
    const testedIds = (tested?.kind === "list" ? tested.items : []).flatMap((item) => textOf(item) ?? []);
    const attached = textOf(memberOf(node, "attached_node"));
    const generic = memberOf(node, "test_metadata") === undefined ? testedIds : testedIds.slice(-1);
    for (const id of attached === undefined ? generic : [attached]) {
      const names = tests.get(id) ?? [];
      tests.set(id, names);
      names.push(textOf(memberOf(node, "name")) ?? uniqueId);
    }
  }
  return tests;
}

function readRelation(uniqueId: string, node: YamlNode, tests: readonly string[]): Relation[] {
  const misread: TextError[] = [];
  const read = NODE(node, misread);
  if (read.config?.enabled === "false" || read.config?.materialized === "ephemeral") return [];
  const columns = (read.columns ?? []).map(([name, column]) => readColumn(name, column, misread));
  const meta = new Meta(read.meta, read.config?.meta);
  const group = read.group ?? read.config?.group;
  return [{
    ...relationName(read.package_name, [read.database, read.schema, read.alias ?? read.identifier ?? read.name]),
    uniqueId,
    at: node.at,
    description: saidText(read.description),
    sensitivity: meta.text("classification"),
    columns,
    tests,
    properties: said({
      unique_id: uniqueId, resource_type: read.resource_type, materialized: read.config?.materialized, source_name: read.source_name, group,
      owner: ownerIn(meta.node("owner")) ?? group, tags: read.tags, meta: meta.rest,
      columns: said(Object.fromEntries(columns.map(({ input, rest }) => [input.name, rest]))),
    }) as Properties,
    misread,
  }];
}

function readColumn(key: string, node: YamlNode, errors: TextError[]): Column & { readonly rest: Properties } {
  const read = COLUMN(node, errors);
  const meta = new Meta(read.meta, read.config?.meta);
  const listed = meta.node("data_categories") ?? meta.node("fides_data_categories") ?? memberOf(meta.node("fides"), "data_categories");
  return {
    input: {
      name: read.name ?? key,
      type: foreignType(read.data_type),
      categories: foreignCategories(listed, read.tags ?? [], new Set(), errors),
      description: saidText(read.description),
      sensitivity: meta.text("classification"),
    },
    at: node.at,
    rest: said({ tags: read.tags, meta: meta.rest }) as Properties,
  };
}

/** `meta` of a node or column, which later versions of dbt write under `config` too. */
class Meta {
  private readonly nodes: readonly YamlNode[];

  constructor(...nodes: readonly (YamlNode | null | undefined)[]) {
    this.nodes = nodes.filter((node) => node != null);
  }

  node(name: string): YamlNode | undefined {
    return this.nodes.map((node) => memberOf(node, name)).find((value) => value !== undefined);
  }

  text(name: string): string | undefined {
    return saidText(textOf(this.node(name)));
  }

  get rest(): Properties {
    const members = this.nodes.flatMap((node) => (node.kind === "map" ? [...node.entries] : []));
    const others = members.filter(([name]) => name !== "owner").map(([name, { value }]): [string, Json] => [name, json(value, [])]);
    return withoutAddresses(Object.fromEntries(others.reverse()));
  }
}

function ownerIn(owner: YamlNode | undefined): string | undefined {
  const name = saidText(textOf(owner?.kind === "map" ? memberOf(owner, "team") : owner));
  return name === undefined || hasAddress(name) ? undefined : name;
}
