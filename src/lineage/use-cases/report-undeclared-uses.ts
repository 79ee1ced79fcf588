import { entityId, reportFinding, resolveFinding, serviceId } from "../../catalog";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { findNodeIds } from "../storage/node-queries";
import { listOpenUses, listUndeclaredUses, type UndeclaredUse } from "../storage/undeclared-flow-queries";

const KIND = "UNDECLARED_USE";

/**
 * Makes the findings equal to what lineage shows: one for each service and entity where data flow and the service holds no role, resolved
 * when it holds one or the flows have ended. Writes: findings, and only those that differ.
 */
export async function reportUndeclaredUses(deps: Deps): Promise<void> {
  const uses = await describe(deps, await listUndeclaredUses(deps.db));
  const open = await listOpenUses(deps.db);
  const news = [...uses].filter(([subject, { message }]) => open.get(subject) !== message);
  const gone = [...open.keys()].filter((subject) => !uses.has(subject));
  if (news.length + gone.length > 0) await deps.transaction((tx) => write(tx, news.map(([, finding]) => finding), gone));
}

interface Described {
  readonly subject: string;
  readonly entityKey: string;
  readonly serviceKey: string;
  readonly message: string;
}

async function describe(deps: Deps, uses: readonly UndeclaredUse[]): Promise<Map<string, Described>> {
  const ids = await findNodeIds(deps.db, uses.flatMap(({ from, to }) => [from, to]));
  const described = uses.map(({ serviceKey, entityKey, flows, from, to }): Described => {
    const others = flows > 1 ? ` and ${flows - 1} more flows` : "";
    const message = `holds no role for what lineage shows: ${ids.get(from)} to ${ids.get(to)}${others}`;
    return { subject: `${serviceId(serviceKey)}#${entityId(entityKey)}`, entityKey, serviceKey, message };
  });
  return new Map(described.map((finding) => [finding.subject, finding]));
}

async function write(tx: Tx, news: readonly Described[], gone: readonly string[]): Promise<void> {
  for (const finding of news) await reportFinding(tx, { kind: KIND, ...finding });
  for (const subject of gone) await resolveFinding(tx, { kind: KIND, subject });
}
