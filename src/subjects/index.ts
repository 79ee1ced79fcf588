export { type Identifier, normaliseIdentifier } from "./model";
export { findIdentifier, listIdentifierTypes, listQuarantined } from "./storage/subject-queries";
export { confirmIdentifier, shredSubject } from "./storage/subject-store";
export { findPidsByIdentifiers } from "./use-cases/find-pids-by-identifiers";
export { openIdentifiers } from "./use-cases/open-identifiers";
export { rewrapSubjectKeys } from "./use-cases/rewrap-subject-keys";
export { addIdentifiers, sealForSubject, sealSubject } from "./use-cases/seal-subject";
export { requireOwnKeys } from "./use-cases/require-own-keys";
