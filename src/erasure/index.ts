export { createAdvanceRequestsJob } from "./jobs/advance-requests-job";
export { createAttachCertificateProofsJob } from "./jobs/attach-certificate-proofs-job";
export { erasureOrders } from "./use-cases/record-order-events";
export { sentinelOrders } from "./use-cases/record-sentinel-events";
