export { type Identifier, type IdentifierStatus, normaliseIdentifier } from "./model";
export { findIdentifier, type IdentifierEntry, listIdentifierTypes, listQuarantined } from "./storage/subject-queries";
export { confirmIdentifier, shredSubject } from "./storage/subject-store";
export { findPidsByIdentifiers } from "./use-cases/find-pids-by-identifiers";
export { openIdentifiers, type OpenedIdentifier } from "./use-cases/open-identifiers";
export { rewrapSubjectKeys } from "./use-cases/rewrap-subject-keys";
export { type AddedIdentifier, addIdentifiers, sealSubject } from "./use-cases/seal-subject";
export { requireOwnKeys } from "./use-cases/require-own-keys";
