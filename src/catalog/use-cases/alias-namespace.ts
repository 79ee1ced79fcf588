import type { Tx } from "../../platform/database/sql";
import { badInput, conflict } from "../../platform/errors";
import { areRivals, unionOf } from "../identity-model";
import { datasetUrn, namespaceId, normaliseNamespace, serviceId } from "../public-ids";
import { findAliases, findNamesakes, moveNames, type NamespaceAlias, type Namesakes, writeAlias } from "../storage/alias-store";
import { lockDefinitions } from "../storage/definition-store";
import { renameFindings } from "../storage/identity-store";
import { findIdentities } from "../storage/name-queries";
import { check, exactNameFault, refusalOf } from "../text-model";
import { refreshFindings } from "./refresh-findings";
import { uniteDatasets } from "./unite-datasets";

/** A namespace and what it is an alias of in the end. */
export interface AliasChange extends NamespaceAlias {
  /** `namespace:<alias>` */
  readonly id: string;
  /** False: it was one already. */
  readonly changed: boolean;
}

const MOST_NAMED = 10;

/**
 * Says that names in one namespace are names in another: datasets known under the alias move, and where both namespaces have one of a name the two are one. What is an alias
 * of the alias follows. Refuses (BAD_USER_INPUT) what is no namespace, (CONFLICT) an alias of something else, a circle, and names that different services host, all or
 * nothing. Writes: namespace_aliases, datasets, fields, dataset_identities, findings.
 */
export async function aliasNamespace(tx: Tx, { by, ...given }: NamespaceAlias & { readonly by: string }): Promise<AliasChange> {
  const faults = [...check(["alias"], given.alias, exactNameFault), ...check(["namespace"], given.namespace, exactNameFault)];
  if (faults.length > 0) throw refusalOf(faults);
  const [alias, asked] = [normaliseNamespace(given.alias), normaliseNamespace(given.namespace)];
  if (alias === asked) throw badInput("alias: is the namespace itself, once both are normalised");
  await lockDefinitions(tx);
  const id = namespaceId(alias);
  const known = new Map((await findAliases(tx, [alias, asked])).map((row) => [row.alias, row.namespace]));
  const namespace = known.get(asked) ?? asked;
  if (namespace === alias) throw conflict("namespace: is an alias of that alias already", id);
  if (known.get(alias) === namespace) return { id, alias, namespace, changed: false };
  if (known.has(alias)) throw conflict("alias: is an alias of another namespace already", id);

  await uniteNamesakes(tx, { alias, namespace }, by);
  const moved = await moveNames(tx, { alias, namespace });
  await renameFindings(tx, moved.map(({ number, name }) => ({ number, to: number, before: datasetUrn({ namespace: alias, name }), after: datasetUrn({ namespace, name }) })));
  await refreshFindings(tx, { datasetNumbers: moved.map(({ number }) => number) });
  await writeAlias(tx, { alias, namespace }, by);
  return { id, alias, namespace, changed: true };
}

async function uniteNamesakes(tx: Tx, alias: NamespaceAlias, by: string): Promise<void> {
  const namesakes = await findNamesakes(tx, alias);
  await requireNoRivals(tx, namesakes, alias);
  for (const { aliased, kept } of namesakes) {
    // Anew for each: what was united before may have changed what these stand for.
    const identities = await findIdentities(tx, [aliased, kept]);
    const [one, other] = [identities.get(identities.get(aliased)!.root)!, identities.get(identities.get(kept)!.root)!];
    if (one.number !== other.number) await uniteDatasets(tx, unionOf(one, other), { reason: "ALIAS", by, at: tx.now });
  }
}

async function requireNoRivals(tx: Tx, namesakes: readonly Namesakes[], { alias, namespace }: NamespaceAlias): Promise<void> {
  const identities = await findIdentities(tx, namesakes.flatMap(({ aliased, kept }) => [aliased, kept]));
  const rootOf = (number: number) => identities.get(identities.get(number)!.root)!;
  const rivals = namesakes.flatMap(({ name, aliased, kept }) => {
    const [one, other] = [rootOf(aliased), rootOf(kept)];
    return one.number !== other.number && areRivals(one, other)
      ? [`${datasetUrn({ namespace, name })} (${serviceId(other.serviceKey!)}, in the alias ${serviceId(one.serviceKey!)})`]
      : [];
  });
  if (rivals.length === 0) return;
  const named = rivals.slice(0, MOST_NAMED).join(", ");
  throw conflict(`alias: different services host datasets of the same name: ${named}${rivals.length > MOST_NAMED ? `, and ${rivals.length - MOST_NAMED} more` : ""}`, namespaceId(alias));
}
