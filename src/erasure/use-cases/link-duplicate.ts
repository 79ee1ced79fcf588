import { appendAuditEntry } from "../../audit";
import type { Tx } from "../../platform/database/sql";
import { addIdentifiers, findPidsByIdentifiers, type Identifier, openIdentifiers } from "../../subjects";
import { type ErasureRequest, findOpenVerifiedByPids } from "../storage/erasure-queries";
import { lockFollowers, lockRequests, transitionRequest, wakeRequests } from "../storage/request-store";
import type { ErasureTask } from "../storage/task-queries";
import { issueCertificate } from "./issue-certificate";
import { SYSTEM } from "./system-actor";

/** Two requests of one person are told apart one after the other. Locks in a fixed order. */
export async function lockPerson(tx: Tx, identifiers: readonly Identifier[]): Promise<void> {
  const digests = identifiers.map(({ type, value }) => tx.keyring.blindIndex(type, value).toString("hex")).sort();
  await tx.query("lockErasurePerson", "select pg_advisory_xact_lock(hashtextextended('erasure.person:' || d, 0)) from unnest($1::text[]) as d", [digests]);
}

/**
 * Links a verified request to the oldest other verified open request of the same person, so that no two runs meet at one dataset.
 * Its identifiers join the run while nothing has been released. An unverified request is never linked, nor linked to: its identifiers
 * may be somebody else's. Answers the id it was linked to. Writes: the link, identifiers of the leading request, one audit entry.
 */
export async function linkDuplicate(tx: Tx, request: Pick<ErasureRequest, "id" | "pid">, identifiers: readonly Identifier[]): Promise<string | null> {
  const pids = await findPidsByIdentifiers(tx, [...identifiers]);
  const [candidate] = await findOpenVerifiedByPids(tx, pids, request.id);
  const [leader] = candidate ? await lockRequests(tx, [candidate.id]) : [];
  if (leader === undefined || leader.result !== null) return null;
  await transitionRequest(tx, request.id, { linkedTo: leader.id, advanceAt: null });
  if (leader.releasedAt === null) {
    const added = await addIdentifiers(tx, leader.pid, [...identifiers], "ASSERTED", request.id);
    if (added.length > 0) {
      await transitionRequest(tx, leader.id, { replan: true });
      await wakeRequests(tx, [leader.id], tx.now);
    }
  }
  await appendAuditEntry(tx, { action: "erasure.link-duplicate", actor: SYSTEM, object: request.id, subjects: [request.pid, leader.pid] });
  return leader.id;
}

/**
 * A run has been certified: requests that were part of it get certificates of their own. One that was not, because it was submitted after
 * the release (its data may be younger) or because one of its identifiers was never sent, needs a run of its own: the oldest such one
 * starts it and leads the others.
 */
export async function settleFollowers(tx: Tx, leader: ErasureRequest, tasks: readonly ErasureTask[]): Promise<void> {
  const followers = await lockFollowers(tx, leader.id);
  if (followers.length === 0) return;
  const opened = await openIdentifiers(tx, [leader, ...followers].map((request) => request.pid));
  const sent = new Set((opened.get(leader.pid) ?? []).filter((identifier) => identifier.status !== "QUARANTINED").map(keyOf));
  const tookPart = (follower: ErasureRequest): boolean =>
    follower.submittedAt < (leader.releasedAt as Date) && (opened.get(follower.pid) ?? []).every((identifier) => sent.has(keyOf(identifier)));
  for (const follower of followers.filter(tookPart)) {
    await transitionRequest(tx, follower.id, { state: "VERIFYING" });
    await issueCertificate(tx, follower, { requestId: leader.id, tasks });
  }
  await promote(tx, followers.filter((follower) => !tookPart(follower)));
}

const keyOf = ({ type, value }: Identifier): string => `${type}\u0000${value}`;

/** The leading request was cancelled or rejected: the oldest follower takes the lead. */
export async function promoteFollowers(tx: Tx, leader: Pick<ErasureRequest, "id">): Promise<void> {
  await promote(tx, await lockFollowers(tx, leader.id));
}

async function promote(tx: Tx, followers: readonly ErasureRequest[]): Promise<void> {
  const [next, ...others] = followers;
  if (next === undefined) return;
  await transitionRequest(tx, next.id, { linkedTo: null, state: "RECEIVED", advanceAt: tx.now });
  for (const other of others) {
    await transitionRequest(tx, other.id, { linkedTo: next.id });
    await addIdentifiers(tx, next.pid, (await openIdentifiers(tx, [other.pid])).get(other.pid) ?? [], "ASSERTED", other.id);
  }
  await appendAuditEntry(tx, { action: "erasure.promote-duplicate", actor: SYSTEM, object: next.id, subjects: [next.pid] });
}
