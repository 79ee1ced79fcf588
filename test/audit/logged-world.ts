import { appendAuditEntries, type NewAuditEntry } from "../../src/audit";
import { type DropAuditEntries, dropAuditEntries, type DroppedAuditEntries, finishDrops } from "../../src/audit/use-cases/drop-audit-entries";
import { publishCheckpoint } from "../../src/audit/use-cases/publish-checkpoint";
import { sequenceEntries } from "../../src/audit/use-cases/sequence-entries";
import type { Tx } from "../../src/platform/database/sql";
import type { Deps } from "../../src/platform/deps";

/** Gives all that waits its place and signs a checkpoint over it. */
export async function publishAll(deps: Deps): Promise<void> {
  while ((await sequenceEntries(deps)) > 0);
  while (await publishCheckpoint(deps));
}

/** Appends entries, `count` of them in the form that `entry` gives, and has them published. */
export async function logEntries(deps: Deps, count: number, entry: (at: number) => NewAuditEntry = (at) => ({ action: "catalog.register-service", actor: "ada", object: `service:s${at}` })): Promise<void> {
  await deps.transaction((tx) => appendAuditEntries(tx, Array.from({ length: count }, (_, at) => entry(at))));
  await publishAll(deps);
}

/** Drops entries, and has the drop published and carried out. */
export async function dropWholly(deps: Deps, command: DropAuditEntries, finisher = deps): Promise<DroppedAuditEntries> {
  const dropped = await dropAuditEntries(deps, command);
  await publishAll(deps);
  await finishDrops(finisher);
  return dropped;
}

/** A statement, or what takes several. */
export type Tampering = string | ((tx: Tx) => Promise<void>);

/** Changes rows as the owner of the database could, lets `look` see the result, and takes it all back. */
export async function tamper<Seen>(deps: Deps, steps: readonly Tampering[], look: (tx: Tx) => Promise<Seen>): Promise<Seen> {
  let seen: { readonly what: Seen } | undefined;
  class Undo extends Error {}
  await deps
    .transaction(async (tx) => {
      await tx.manager.query("set local role none; set local session_replication_role = replica");
      for (const step of steps) await (typeof step === "string" ? tx.manager.query(step) : step(tx));
      seen = { what: await look(tx) };
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return seen!.what;
}
