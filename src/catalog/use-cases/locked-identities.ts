import type { Tx } from "../../platform/database/sql";
import { badInput, notFound } from "../../platform/errors";
import type { Identity, NamedIdentity } from "../identity-model";
import { datasetUrn, parseDatasetUrn } from "../public-ids";
import { lockDefinitions } from "../storage/definition-store";
import { findIdentities, findNames } from "../storage/name-queries";

/** What ids name, in the order asked; nobody changes any identity before the transaction ends. Refuses (BAD_USER_INPUT) what is no dataset's id, (NOT_FOUND) an unknown one. */
export async function lockIdentities<Member extends string>(tx: Tx, ids: Readonly<Record<Member, string>>): Promise<Record<Member, NamedIdentity>> {
  const members = Object.entries(ids) as [Member, string][];
  const names = members.map(([member, id]) => {
    const name = parseDatasetUrn(id);
    if (name === undefined) throw badInput(`${member}: must be dataset:<namespace>:<name>, percent-encoded`);
    return name;
  });
  await lockDefinitions(tx);
  const found = await findNames(tx, names);
  const numbers = names.map((name, index) => {
    const { number } = found.get(datasetUrn(name))!;
    if (number === null) throw notFound(`${members[index]![0]}: there is no such dataset`);
    return number;
  });
  const identities = await findIdentities(tx, numbers);
  const named = (own: Identity): NamedIdentity => ({ named: own, root: identities.get(own.root)! });
  return Object.fromEntries(members.map(([member], index) => [member, named(identities.get(numbers[index]!)!)])) as Record<Member, NamedIdentity>;
}
