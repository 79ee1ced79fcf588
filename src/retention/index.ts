export { type ClaimedRetention, recomputeRetention, retainedMatches, type RetentionTerm } from "./model";
