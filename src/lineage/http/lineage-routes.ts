import type { Caller, Deps } from "../../platform/deps";
import { badInput, HTTP_STATUS, Refusal } from "../../platform/errors";
import { readText } from "../../platform/http/read-content";
import { refusalHeaders } from "../../platform/http/refusals";
import { type HttpRequest, type HttpResponse, json, type RenderRefusal, type Route } from "../../platform/http/route";
import { shareOf, TokenShares } from "../../platform/http/token-share";
import type { Fault } from "../events/fault-model";
import { parseJson } from "../events/parse-json";
import { readEvent } from "../events/read-event";
import { IngestQueue, type Sender } from "../use-cases/ingest-queue";
import { takeBatch } from "./take-batch";

const MIB = 1024 * 1024;
const EVENT_BYTES = 32 * MIB;
const BATCH_BYTES = 64 * MIB;
const BATCH_EVENTS = 100_000;
const SHARE = { requests: 64, bytes: 64 * MIB };
const MOST_WARNINGS = 100;

/** What became of events, for the counter of the process. */
export type EventOutcome = "recorded" | "refused" | "failed" | "limited";
type CountEvents = (outcome: EventOutcome, events: number) => void;

/** Where OpenLineage clients send events. Both doors answer when the events are durable, and share what a token may have under way. */
export function lineageRoutes(deps: Deps, count: CountEvents): Route[] {
  const queue = new IngestQueue(deps);
  const shares = new TokenShares(SHARE);
  const door = {
    method: "POST",
    access: "lineage:record-lineage-events",
    reserve: (caller: Caller | undefined) => shares.reserve(senderOf(caller).token),
  } as const;
  const refuse: RenderRefusal = (refusal, id) => {
    count(refusal.code === "RATE_LIMITED" ? "limited" : refusal.code === "INTERNAL" ? "failed" : "refused", 1);
    return refuseEvents(refusal, id);
  };
  return [
    { ...door, path: "/api/v1/lineage", bodyLimit: EVENT_BYTES, refuse, handle: (request) => takeEvent(request, queue, count) },
    { ...door, path: "/api/v1/lineage/batch", bodyLimit: BATCH_BYTES, refuse, handle: (request) => takeEvents(request, queue, count) },
  ];
}

/** 201 `{warnings}`: the next read sees it. 422 with `faults`: it is broken; 500: it may be sent again. */
async function takeEvent(request: HttpRequest, queue: IngestQueue, count: CountEvents): Promise<HttpResponse> {
  const sender = senderOf(request.caller);
  const text = await readText(request, EVENT_BYTES);
  const parsed = parseJson(text);
  const read = "faults" in parsed ? parsed : readEvent(parsed.value, isStrict(request));
  if (read.faults !== undefined) {
    queue.countRefused(sender, 1);
    count("refused", 1);
    return unprocessable(request.id, "The event is broken", read.faults);
  }
  const verdict = await queue.record(read, sender, text.length);
  if (verdict.ok) {
    count("recorded", 1);
    return json(201, { warnings: read.warnings.slice(0, MOST_WARNINGS) });
  }
  if (verdict.retriable) throw new Refusal("INTERNAL", verdict.reason);
  count("refused", 1);
  return unprocessable(request.id, verdict.reason, []);
}

/** 200 with a verdict on each event, whatever they are; 422 where it is no list. */
async function takeEvents(request: HttpRequest, queue: IngestQueue, count: CountEvents): Promise<HttpResponse> {
  const text = await readText(request, BATCH_BYTES);
  const parsed = parseJson(text);
  if (!("value" in parsed) || !Array.isArray(parsed.value)) {
    count("refused", 1);
    return unprocessable(request.id, "A batch is a JSON list of events", "faults" in parsed ? parsed.faults : [{ path: "$", message: "must be array" }]);
  }
  const events: unknown[] = parsed.value;
  if (events.length > BATCH_EVENTS) throw new Refusal("TOO_LARGE", `A batch has at most ${BATCH_EVENTS} events`);
  const report = await takeBatch({ events, bytes: text.length, strict: isStrict(request), sender: senderOf(request.caller) }, queue);
  const retriable = report.failed_events.filter((failure) => failure.retriable).length;
  count("recorded", report.summary.successful);
  count("refused", report.summary.failed - retriable);
  count("failed", retriable);
  return json(200, report);
}

function isStrict({ query }: HttpRequest): boolean {
  const said = query.get("strict") ?? "false";
  if (said !== "true" && said !== "false") throw badInput("strict: must be true or false");
  return said === "true";
}

const senderOf = (caller: Caller | undefined): Sender => ({ token: shareOf(caller as Caller), principal: (caller as Caller).principal });

const unprocessable = (id: string, message: string, faults: readonly Fault[]): HttpResponse => json(422, { code: "BAD_USER_INPUT", id, message, faults });

/** Lineage events that cannot be taken are 422 (PROTOCOLS.md, "GraphQL over HTTP"). */
const refuseEvents: RenderRefusal = ({ code, message }, id) =>
  code === "BAD_USER_INPUT"
    ? unprocessable(id, message, [{ path: "$", message }])
    : json(HTTP_STATUS[code], { code, id, message }, refusalHeaders(code));
