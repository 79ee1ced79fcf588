export { createParticipant } from "./participant";
export type { Completion, OutgoingResponse, Participant } from "./participant";
export type { Clock, FailedOrder, ParticipantOptions } from "./settings";
export type { Trust } from "./trusted-keys";
export type { DatasetHandlers, Handler, OrderContext, ParticipantDataset, Reply } from "./handlers";
export type { DatasetReply } from "./findings";
export { MemoryOrderStore } from "./order-store";
export type { KnownOrder, OrderSlot, OrderStore } from "./order-store";
export {
  accepted, alreadyDone, anonymised, discovered, done, erased, failed, found,
  held, hidden, notFound, purged, recalled, restored, retained, unsupported,
} from "./outcomes";
export type { Accepted, Discovery, PartDetails, Retention } from "./outcomes";
export type { Permit } from "./ask-permit";
export { ReceiptNotTaken } from "./post-receipt";
export type { RefusalCode } from "./refusals";
export type { IncomingRequest } from "./receive-order";
export { toExpress, toNodeHandler } from "./node-handler";
export { toFastifyPlugin } from "./fastify-plugin";
export { generateSigningKey, publicKeyText } from "../protocol";
export type { Answer, AnswerPart, DatasetName, FoundIdentity, Identity, Order, OrderKind } from "../protocol";
export { checkConformance, type ConformanceCheck, type ConformanceReport } from "./conformance";
export type { ConformanceOptions, ExaminationDoors, ExaminedDataset, ExaminedResponse } from "./examiner";
export { AccessNotRecorded, auditClient } from "./audit-client";
export type { AuditClient, AuditClientOptions, DataAccess } from "./audit-client";
export { withAccessAudit } from "./with-access-audit";
export type { AccessAuditOptions, AuditedCall, DescribeAccess } from "./with-access-audit";
