import { findServices, serviceKeyOf } from "../../catalog";
import type { Page, PageRequest } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { type Flow, flowId } from "../flow-ids";
import { findNodeIds } from "../storage/node-queries";
import { listUndeclaredFlows } from "../storage/undeclared-flow-queries";

/**
 * One page of the observed flows that show a use for which the service holds no role now, the oldest first; of one service, or of all.
 * Refuses (NOT_FOUND) a service that is not registered.
 */
export async function listUndeclared(reader: Reader, service: string | null, page: PageRequest): Promise<Page<Flow>> {
  const key = service === null ? null : serviceKeyOf(service);
  if (key !== null && !(await findServices(reader, [key])).has(key)) throw notFound("service: not registered");
  const { edges, pageInfo } = await listUndeclaredFlows(reader, key, page);
  const ids = await findNodeIds(reader, edges.flatMap(({ node }) => [node.from, node.to]));
  const toFlow = (node: (typeof edges)[number]["node"]): Flow => ({ id: flowId("flow", node.id), from: ids.get(node.from)!, to: ids.get(node.to)! });
  return { edges: edges.map(({ cursor, node }) => ({ cursor, node: toFlow(node) })), pageInfo };
}
