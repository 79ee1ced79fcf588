export type { NewAuditEntry } from "./model";
export { appendAuditEntries, appendAuditEntry } from "./use-cases/append-audit-entries";
export { recordDenied } from "./use-cases/record-denied";
