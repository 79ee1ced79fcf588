import { setImmediate as nextTurn } from "node:timers/promises";
import type { Caller, Deps } from "../../platform/deps";
import { type ErrorCode, Refusal } from "../../platform/errors";
import { readContent } from "../../platform/http/read-content";
import { refuse } from "../../platform/http/refusals";
import type { HttpRequest, RenderRefusal, Route } from "../../platform/http/route";
import { shareOf, TokenShares } from "../../platform/http/token-share";
import { eventIdOf } from "../access-model";
import { AccessQueue } from "../use-cases/access-queue";
import { readAccessEvent } from "../use-cases/read-access-event";
import { reporterOf } from "../use-cases/record-access";
import { parseLine, splitLines } from "./ndjson-lines";

const MIB = 1024 * 1024;
const BODY_BYTES = 16 * MIB;
const MOST_LINES = 100_000;
const LINE_BYTES = 64 * 1024;
const SHARE = { requests: 64, bytes: 64 * MIB };
/** Lines of one request that are answered together, and how many such portions are under way while one is waited for. */
const PORTION = 500;
const PORTIONS_AHEAD = 2;

/** What became of access events, for the counter of the process; `limited` and `rejected` count requests that were not looked into. */
export type AccessOutcome = "recorded" | "duplicate" | "refused" | "failed" | "limited" | "rejected";
type CountAccesses = (outcome: AccessOutcome, number: number) => void;

/** What is answered to a line. `refused` with INTERNAL: nothing is wrong with the event, send it again. */
interface LineAnswer {
  readonly eventId: string | null;
  readonly status: "recorded" | "duplicate" | "refused";
  readonly code?: ErrorCode;
}

/** Where services report accesses to data, an event a line; each line is answered in order, once its event is durable. */
export function eventRoutes(deps: Deps, count: CountAccesses): Route[] {
  const queue = new AccessQueue(deps);
  const shares = new TokenShares(SHARE);
  const render: RenderRefusal = (refusal, id) => {
    count(refusal.code === "RATE_LIMITED" ? "limited" : "rejected", 1);
    return refuse(refusal, id);
  };
  return [
    {
      method: "POST",
      path: "/audit/events",
      access: "audit:record-access",
      bodyLimit: BODY_BYTES,
      refuse: render,
      reserve: (caller) => shares.reserve(shareOf(caller as Caller)),
      handle: async (request) => {
        const lines = splitLines(await readContent(request, BODY_BYTES));
        if (lines.length > MOST_LINES) throw new Refusal("TOO_LARGE", `At most ${MOST_LINES} lines in one request`);
        return { status: 200, headers: { "content-type": "application/x-ndjson" }, body: answers(deps, queue, request, lines, count) };
      },
    },
  ];
}

/** Takes the next lines only as fast as the client reads its answers: what it does not wait for is not recorded, and may be sent again. */
async function* answers(deps: Deps, queue: AccessQueue, { caller, signal }: HttpRequest, lines: readonly Buffer[], count: CountAccesses): AsyncGenerator<string> {
  const underWay: Promise<LineAnswer[]>[] = [];
  const take = (line: Buffer): Promise<LineAnswer> => takeLine(deps, queue, caller as Caller, line);
  const told = async (portion: Promise<LineAnswer[]> | undefined): Promise<string> => {
    const settled = (await portion) ?? [];
    countAll(settled, count);
    return settled.map((answer) => `${JSON.stringify(answer)}\n`).join("");
  };
  for (let start = 0; start < lines.length && !signal.aborted; start += PORTION) {
    underWay.push(Promise.all(lines.slice(start, start + PORTION).map(take)));
    if (underWay.length > PORTIONS_AHEAD) yield await told(underWay.shift());
    // Others are served in between.
    else await nextTurn();
  }
  while (underWay.length > 0) yield await told(underWay.shift());
}

async function takeLine(deps: Deps, queue: AccessQueue, caller: Caller, line: Buffer): Promise<LineAnswer> {
  const value = parseLine(line);
  if (line.length > LINE_BYTES) return { eventId: eventIdOf(value), status: "refused", code: "TOO_LARGE" };
  const event = readAccessEvent(value, deps.clock.now());
  if ("code" in event) return { eventId: event.eventId, status: "refused", code: event.code };
  const { eventId } = event;
  const verdict = await queue.record({ event, reporter: reporterOf(caller) }, shareOf(caller), line.length);
  return verdict === "failed" ? { eventId, status: "refused", code: "INTERNAL" } : { eventId, status: verdict };
}

function countAll(settled: readonly LineAnswer[], count: CountAccesses): void {
  const numbers = new Map<AccessOutcome, number>();
  for (const { status, code } of settled) {
    const outcome = code === "INTERNAL" ? "failed" : status;
    numbers.set(outcome, (numbers.get(outcome) ?? 0) + 1);
  }
  for (const [outcome, number] of numbers) count(outcome, number);
}
