import { appendAuditEntry } from "../../audit";
import { identities } from "../../catalog";
import type { Deps } from "../../platform/deps";

export interface AddNamespaceAlias {
  readonly actor: string;
  readonly alias: string;
  readonly namespace: string;
}

/** A namespace whose names are names in another. */
export interface NamespaceAlias {
  /** `namespace:<alias>`, percent-encoded */
  readonly id: string;
  readonly alias: string;
  readonly namespace: string;
}

/**
 * Says that names in one namespace are names in another, as `postgres://replica:5432` may be `postgres://db:5432`: datasets known under the alias
 * move, and where both have one of a name the two are one. Refuses (BAD_USER_INPUT) what is no namespace, (CONFLICT) an alias of something
 * else, a circle, and names whose datasets different services host; the first of them are told. A no-op where it is an alias of that
 * namespace already. Writes: namespace_aliases, datasets, dataset_identities, findings, one audit entry.
 */
export async function addNamespaceAlias(deps: Deps, { actor, ...input }: AddNamespaceAlias): Promise<NamespaceAlias> {
  return deps.transaction(async (tx) => {
    const { changed, ...alias } = await identities.aliasNamespace(tx, { ...input, by: actor });
    if (changed) await appendAuditEntry(tx, { action: "lineage.add-namespace-alias", actor, object: alias.id });
    return alias;
  });
}
