import { aliasNamespace } from "./alias-namespace";
import { mergeIdentities } from "./merge-identities";
import { renameIdentity } from "./rename-identity";
import { undoIdentity } from "./undo-identity";

/** What people decide of names, each in the transaction of the lineage room's verb, which writes the audit entry. */
export const identities = { aliasNamespace, merge: mergeIdentities, rename: renameIdentity, undo: undoIdentity } as const;
