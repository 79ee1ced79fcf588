import { createHash } from "node:crypto";
import { actAs } from "../../platform/database/roles";
import type { Tx } from "../../platform/database/sql";
import type { Caller, Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { findOrMakeAccessed } from "../../subjects";
import { ACCESS_ACTION, type ReportedAccess, tally } from "../access-model";
import type { NewAuditEntry } from "../model";
import { type AccessEntry, addAccessTallies, claimEventNames, insertAccessFacts } from "../storage/access-store";
import { SEQUENCER } from "../storage/log-roles";
import { insertSequenced } from "../storage/log-store";
import { readAccessEvent } from "./read-access-event";
import { SALT_BYTES, sealEntry } from "./seal-entry";

/** What became of an event that could be read. */
export type AccessVerdict = "recorded" | "duplicate";

export interface RecordAccess {
  readonly caller: Caller;
  /** As sent: each is checked by itself (`readAccessEvent`). */
  readonly events: readonly unknown[];
}

export interface RecordAccessReport {
  readonly recorded: number;
  readonly duplicates: number;
  /** Event ids, as far as they could be read. */
  readonly refused: readonly string[];
}

export const MAX_ACCESS_EVENTS = 1000;

/**
 * Takes the accesses that a service reports, each by itself: broken ones are refused, repeated ones change nothing.
 * Refuses (BAD_USER_INPUT) more than 1,000. Writes what `recordAccessEvents` writes: an entry for each new access, which is the audit of this call.
 */
export async function recordAccess(deps: Deps, { caller, events }: RecordAccess): Promise<RecordAccessReport> {
  if (events.length > MAX_ACCESS_EVENTS) throw badInput(`events: at most ${MAX_ACCESS_EVENTS} in one call; POST /audit/events takes more`);
  const now = deps.clock.now();
  const reporter = reporterOf(caller);
  const read = events.map((event) => readAccessEvent(event, now));
  const refused = read.flatMap((event) => ("code" in event ? [event.eventId ?? ""] : []));
  const reported = read.flatMap((event) => ("code" in event ? [] : [{ event, reporter }]));
  const verdicts = await recordAccessEvents(deps, reported);
  const recorded = verdicts.filter((verdict) => verdict === "recorded").length;
  return { recorded, duplicates: verdicts.length - recorded, refused };
}

/** Who stands for what is reported: the service of the token, else its principal. */
export const reporterOf = ({ service, principal }: Caller): string => (service === undefined ? principal : `service:${service}`);

/**
 * Records accesses, reported by anybody, in one short transaction of some seven statements for any number, and answers what became of each, in
 * their order. An event that its reporter has reported before, here or earlier, is a duplicate, whatever else it says now.
 * Writes: access_event_ids, accessed_subjects, the entries with all that they are searched by straight into the log, access_tallies.
 */
export async function recordAccessEvents(deps: Deps, reported: readonly ReportedAccess[]): Promise<AccessVerdict[]> {
  if (reported.length === 0) return [];
  const named = reported.map((access) => ({ access, digest: digestOf(access), entryId: deps.ids.uuid() }));
  const first = new Map([...named].reverse().map((name) => [name.digest.toString("latin1"), name]));
  return deps.transaction(async (tx) => {
    const claimed = await claimEventNames(tx, [...first.values()]);
    const fresh = named.filter(({ entryId }) => claimed.has(entryId));
    if (fresh.length > 0) await writeAccesses(tx, fresh);
    return named.map(({ entryId }) => (claimed.has(entryId) ? "recorded" : "duplicate"));
  });
}

interface NamedAccess {
  readonly access: ReportedAccess;
  readonly entryId: string;
}

const DIGEST_BYTES = 16;

/** The reporter's length keeps what two reporters call their events apart. */
const digestOf = ({ event, reporter }: ReportedAccess): Buffer =>
  createHash("sha256").update(`${reporter.length} ${reporter} ${event.eventId}`).digest().subarray(0, DIGEST_BYTES);

async function writeAccesses(tx: Tx, accesses: readonly NamedAccess[]): Promise<void> {
  const known = accesses.flatMap(({ access }) => access.event.identifier ?? []);
  const pids = (known.length > 0 ? await findOrMakeAccessed(tx, known) : []).values();
  // One call for all salts: a call for each would be a tenth of the work.
  const salts = tx.ids.bytes(accesses.length * SALT_BYTES);
  const entries = accesses.map(({ access, entryId }, place): AccessEntry => {
    const time = access.event.at;
    const salt = salts.subarray(place * SALT_BYTES, (place + 1) * SALT_BYTES);
    const entry = entryOf(access, access.event.identifier && pids.next().value);
    return { ...sealEntry(tx.ids, entry, time, entryId, salt), at: time };
  });
  // Sent together, they run in this order. The place in the log comes last: from there on everybody else waits for the commit.
  await Promise.all([
    insertAccessFacts(tx, entries),
    addAccessTallies(tx, tally(accesses.map(({ access }) => access))),
    actAs(tx, SEQUENCER),
    insertSequenced(tx, entries),
  ]);
}

function entryOf({ event, reporter }: ReportedAccess, pid: string | undefined): NewAuditEntry {
  const { actor, dataset, fields, purpose, basis, allowed, source } = event;
  return {
    action: ACCESS_ACTION,
    actor,
    object: dataset,
    fields,
    purpose,
    basis,
    subjects: pid === undefined ? undefined : [pid],
    source: source === undefined ? reporter : `${reporter} ${source}`,
    outcome: allowed ? "ok" : "denied",
  };
}
