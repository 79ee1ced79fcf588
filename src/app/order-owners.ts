import type { OrderOwner } from "../dispatch";
import { erasureOrders, sentinelOrders } from "../erasure";

/** The rooms that give dispatch orders to deliver, and know what they mean. */
export const ORDER_OWNERS: readonly OrderOwner[] = [erasureOrders, sentinelOrders];
