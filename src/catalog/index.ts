export type { Service } from "./model";
export { datasetUrn, entityId, serviceId, serviceKeyOf } from "./public-ids";
export { findLiveSince } from "./storage/dataset-queries";
export { findIssuers, findRecipients } from "./storage/entity-queries";
export { closeObligation, openObligation } from "./storage/obligation-store";
export { type CatalogDataset, findDatasetIds, findDatasets, findPlanSeeds } from "./storage/plan-queries";
export { recordDatasetProofs } from "./storage/proof-store";
export { findDeclaredRules } from "./storage/rule-queries";
export { findServiceEndpoints, findServices, type ServiceEndpoint } from "./storage/service-queries";
