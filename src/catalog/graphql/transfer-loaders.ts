import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import { isUuid } from "../../platform/ids";
import { countOpenObligations, findOpenObligations, type ObligationsKey } from "../storage/obligation-queries";
import { findTransfers } from "../storage/transfer-queries";
import type { Obligation, OwnershipTransfer } from "../transfer-model";

export const transferLoader = ({ deps }: RequestContext): DataLoader<string, OwnershipTransfer | undefined> =>
  new DataLoader(async (ids) => {
    const found = await findTransfers(deps.db, ids.filter(isUuid));
    return ids.map((id) => found.get(id));
  });

export const obligationsLoader = ({ deps }: RequestContext): DataLoader<ObligationsKey, Obligation[], string> =>
  new DataLoader((asked) => findOpenObligations(deps.db, asked), { cacheKeyFn: ({ entityKey, first }) => `${entityKey} ${first}` });

/** By the key of the entity. */
export const obligationCountLoader = ({ deps }: RequestContext): DataLoader<string, number> =>
  new DataLoader(async (entityKeys) => {
    const found = await countOpenObligations(deps.db, entityKeys);
    return entityKeys.map((key) => found.get(key) ?? 0);
  });
