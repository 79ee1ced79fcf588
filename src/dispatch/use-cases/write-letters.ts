import { findDatasets, findServices, type Service } from "../../catalog";
import type { Deps } from "../../platform/deps";
import type { OrderContent, OrderRecord } from "../model";
import { ownerOf, type OrderOwners } from "../order-owner";
import type { Letter } from "../outbound/call-service";
import { orderBody } from "../outbound/order-body";
import { signingKeys } from "../outbound/signing-keys";
import { verifyingKeys } from "../outbound/verifying-keys";

/** What becomes of claimed orders once their owners were asked what they say. */
export interface WrittenOrders {
  readonly letters: readonly { readonly order: OrderRecord; readonly letter: Letter }[];
  /** Their owner wants them no more. */
  readonly unwanted: readonly OrderRecord[];
  /** Their owner failed. */
  readonly unwritten: readonly OrderRecord[];
}

/** Renders claimed orders, a batch for each owner, and addresses them. Nothing of it is stored. */
export async function writeLetters(deps: Deps, owners: OrderOwners, orders: readonly OrderRecord[]): Promise<WrittenOrders> {
  const [contents, datasets, endpoints] = await Promise.all([
    renderAll(deps, owners, orders),
    findDatasets(deps.db, [...new Set(orders.flatMap((order) => order.datasets))]),
    findServices(deps.db, [...new Set(orders.map((order) => order.service))]),
  ]);
  const keys = signingKeys(deps.keyring, deps.clock.now());
  const write = (order: OrderRecord, content: OrderContent): Letter => {
    const { endpointUrl, timeoutMs, publicKeys } = endpoints.get(order.service) as Service;
    const names = order.datasets.flatMap((id) => datasets.get(id) ?? []).map(({ namespace, name }) => ({ namespace, name }));
    const body = orderBody(order, content, names, deps.config.publicUrl);
    return { order: body, url: endpointUrl, timeoutMs, signingKeys: keys, publicKeys: verifyingKeys(publicKeys) };
  };
  return {
    letters: orders.flatMap((order) => {
      const content = contents.get(order.id);
      return content === undefined || content === FAILED ? [] : [{ order, letter: write(order, content) }];
    }),
    unwanted: orders.filter((order) => !contents.has(order.id)),
    unwritten: orders.filter((order) => contents.get(order.id) === FAILED),
  };
}

const FAILED = Symbol("not rendered");
type Contents = Map<string, OrderContent | typeof FAILED>;

async function renderAll(deps: Deps, owners: OrderOwners, orders: readonly OrderRecord[]): Promise<Contents> {
  const contents: Contents = new Map();
  for (const name of new Set(orders.map((order) => order.owner))) {
    const own = orders.filter((order) => order.owner === name);
    for (const [id, content] of await renderFor(deps, owners, name, own)) contents.set(id, content);
  }
  return contents;
}

/** One order that cannot be rendered must not hold up those beside it: after a failure each is rendered by itself. */
async function renderFor(deps: Deps, owners: OrderOwners, owner: string, orders: readonly OrderRecord[]): Promise<ReadonlyMap<string, OrderContent | typeof FAILED>> {
  try {
    return await ownerOf(owners, owner).renderOrders(deps.db, orders);
  } catch (error) {
    if (orders.length > 1) {
      const single = await Promise.all(orders.map((order) => renderFor(deps, owners, owner, [order])));
      return new Map(single.flatMap((contents) => [...contents]));
    }
    deps.log.error({ err: error, order: orders[0]?.id }, "an order could not be rendered; it is tried again later");
    return new Map(orders.map((order) => [order.id, FAILED]));
  }
}
