export type { PersonalState, Service } from "./model";
export { type DatasetName, datasetUrn, entityId, parseDatasetUrn, serviceId, serviceKeyOf } from "./public-ids";
export type { DeclaredRule } from "./rule-model";
export { findLiveSince } from "./storage/dataset-queries";
export { findIssuers, findRecipients } from "./storage/entity-queries";
export { type CatalogDataset, findDatasetIds, findDatasets, findPlanSeeds, type PlanSeed } from "./storage/plan-queries";
export { recordDatasetProofs } from "./storage/proof-store";
export { findDeclaredRules } from "./storage/rule-queries";
export { findServiceEndpoints, findServices, type ServiceEndpoint } from "./storage/service-queries";
