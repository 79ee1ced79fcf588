import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { Refusal } from "../../platform/errors";
import type { ReadableEvent } from "../events/read-event";
import { recordEvents } from "./record-events";
import { reportSetAside } from "./report-set-aside";

/** What became of an event. */
export type Verdict = { readonly ok: true } | Failure;

export interface Failure {
  readonly ok: false;
  readonly reason: string;
  /** The same event may be taken later: nothing is wrong with it. */
  readonly retriable: boolean;
}

const TAKEN: Verdict = { ok: true };

/**
 * Writes events in one transaction, after what `account` has to write about those in it. If that fails, the halves are tried by themselves
 * until the events that cannot be written stand alone: they take no other along. Verdicts come in the order of the events.
 */
export async function recordEventGroup<Item extends ReadableEvent>(
  deps: Deps,
  items: readonly Item[],
  account: (tx: Tx, taken: readonly Item[]) => Promise<void>,
): Promise<Verdict[]> {
  try {
    await deps.transaction(async (tx) => {
      await Promise.all([account(tx, items), recordEvents(tx, items.map(({ event }) => event))]);
      await reportSetAside(tx, items);
    });
    return items.map(() => TAKEN);
  } catch (error) {
    if (items.length > 1 && !isOutage(error)) {
      const half = Math.ceil(items.length / 2);
      return [...(await recordEventGroup(deps, items.slice(0, half), account)), ...(await recordEventGroup(deps, items.slice(half), account))];
    }
    const failure = failureOf(error);
    if (failure.retriable) deps.log.error({ err: error, events: items.length }, "lineage events could not be written");
    return items.map(() => failure);
  }
}

/** PostgreSQL's classes of errors that lie in what was to be written: values, constraints, sizes. */
const OF_THE_DATA = /^(22|23|54)/;
/** The connection, rivals, resources, the operator, the disk: nobody's event is to blame. */
const OF_THE_SERVER = /^(08|25|40|53|55|57|58)/;

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? "");

/** Without the server, the next attempt fails as well. */
const isOutage = (error: unknown): boolean => OF_THE_SERVER.test(codeOf(error)) || /^E[A-Z]+$/.test(codeOf(error)) || isCutOff(error);
const isCutOff = (error: unknown): boolean => error instanceof Error && /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message);

function failureOf(error: unknown): Failure {
  if (error instanceof Refusal && error.code !== "INTERNAL") return { ok: false, reason: error.message, retriable: false };
  if (OF_THE_DATA.test(codeOf(error))) return { ok: false, reason: "the event holds what the database cannot store", retriable: false };
  return { ok: false, reason: "something went wrong on our side; send the event again", retriable: true };
}
