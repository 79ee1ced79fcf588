export type { NewAuditEntry } from "./model";
export { LOG_ROLES } from "./storage/log-roles";
export { appendAuditEntries, appendAuditEntry } from "./use-cases/append-audit-entries";
export { type EntryProof, proveEntries } from "./use-cases/prove-entries";
export { recordDenied } from "./use-cases/record-denied";
export { type LogFigures, measureLog } from "./use-cases/measure-log";
