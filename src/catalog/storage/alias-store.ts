import type { Reader, Tx } from "../../platform/database/sql";

/** Two namespaces that are one place. */
export interface NamespaceAlias {
  readonly alias: string;
  readonly namespace: string;
}

/** The aliases that these namespaces are. */
export const findAliases = (reader: Reader, namespaces: readonly string[]): Promise<NamespaceAlias[]> =>
  reader.query("findAliases", "select a.alias, a.namespace from namespace_aliases a where a.alias = any($1)", [namespaces]);

/** Keeps an alias; what was an alias of it is one of its namespace. Writes: namespace_aliases. */
export const writeAlias = async (tx: Tx, { alias, namespace }: NamespaceAlias, by: string): Promise<void> => {
  await tx.execute("followAlias", "update namespace_aliases a set namespace = $2 where a.namespace = $1", [alias, namespace]);
  await tx.execute("insertAlias", "insert into namespace_aliases (alias, namespace, added_by, added_at) values ($1, $2, $3, $4)", [alias, namespace, by, tx.now]);
};

/** Rows of one name in both namespaces. */
export interface Namesakes {
  readonly name: string;
  readonly aliased: number;
  readonly kept: number;
}

/** Names that stand in both namespaces, in their order. */
export const findNamesakes = (reader: Reader, { alias, namespace }: NamespaceAlias): Promise<Namesakes[]> =>
  reader.query(
    "findNamesakes",
    `select aliased.name, aliased.id as aliased, kept.id as kept
     from datasets aliased join datasets kept on kept.namespace = $2 and kept.name = aliased.name where aliased.namespace = $1 order by aliased.name`,
    [alias, namespace],
  );

/** Moves the names that stand in the alias alone into the namespace; answers whose they are. Writes: datasets. */
export const moveNames = (tx: Tx, { alias, namespace }: NamespaceAlias): Promise<{ readonly number: number; readonly name: string }[]> =>
  tx.query(
    "moveNames",
    `update datasets d set namespace = $2
     where d.namespace = $1 and not exists (select from datasets kept where kept.namespace = $2 and kept.name = d.name)
     returning d.id as number, d.name`,
    [alias, namespace],
  );
