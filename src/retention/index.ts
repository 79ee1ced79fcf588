export { type ClaimedRetention, recomputeRetention, type RetentionTerm, upheldUntil } from "./model";
