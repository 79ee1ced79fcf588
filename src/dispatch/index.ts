export type { DeadReason, DeliveryError, NewOrder, OrderContent, OrderEvent, OrderRecord, OrderState } from "./model";
export type { OrderOwner } from "./order-owner";
export { createDispatcher, type Dispatcher } from "./jobs/deliver-orders-job";
export { enqueueOrders } from "./use-cases/enqueue-orders";
export { recallOrders } from "./use-cases/recall-orders";
export { replayOrder } from "./use-cases/replay-order";
export { resumeOrders } from "./use-cases/resume-orders";
export { suspendOrders, type SuspendedOrders } from "./use-cases/suspend-orders";
export { withdrawOrders } from "./use-cases/withdraw-orders";
