import type { ShopService } from "../service";
import { analytics } from "./analytics";
import { billing } from "./billing";
import { identity } from "./identity";
import { marketing } from "./marketing";
import { orders } from "./orders";
import { support } from "./support";

export const SERVICES: readonly ShopService[] = [identity, orders, billing, marketing, support, analytics];
