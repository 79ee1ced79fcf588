import type { Properties } from "../model";
import { type Relation, relationName, saidText } from "./dbt-relation";
import type { TextError } from "./places";
import { foreignType } from "./foreign-field";
import { said } from "./written";
import type { YamlNode } from "./yaml-document";
import { entriesOf, openMapOf, optional, required, text, wholeNumber } from "./yaml-shape";

const CATALOG = openMapOf({ nodes: required(entriesOf), sources: optional(entriesOf) });
const TABLE = openMapOf({
  metadata: required(openMapOf({ database: optional(text), schema: optional(text), name: required(text), type: optional(text), comment: optional(text) })),
  columns: optional(entriesOf),
});
const COLUMN = openMapOf({ name: optional(text), type: optional(text), index: optional(wholeNumber), comment: optional(text) });

/** The tables and views that dbt found in the database; the database's own user, who owns them there, is left out. */
export function readCatalog(document: YamlNode, errors: TextError[]): Relation[] {
  const { nodes, sources } = CATALOG(document, errors);
  return [...nodes, ...(sources ?? [])].map(([uniqueId, node]): Relation => {
    const misread: TextError[] = [];
    const [type, project] = uniqueId.split(".", 2);
    if (!project) misread.push({ at: node.at, text: "its id must be <type>.<project>.<name>" });
    const { metadata, columns } = TABLE(node, misread);
    const found = (columns ?? []).map(([key, column]) => ({ key, at: column.at, ...COLUMN(column, misread) }));
    return {
      ...relationName(project ?? "", [metadata.database, metadata.schema, metadata.name]),
      uniqueId,
      at: node.at,
      description: saidText(metadata.comment),
      sensitivity: undefined,
      columns: found
        .sort((one, other) => (one.index ?? Infinity) - (other.index ?? Infinity) || 0)
        .map(({ key, at, name, type, comment }) => ({ input: { name: name ?? key, type: foreignType(type), description: saidText(comment) }, at })),
      tests: [],
      properties: said({ unique_id: uniqueId, resource_type: type, type: metadata.type }) as Properties,
      misread,
    };
  });
}
