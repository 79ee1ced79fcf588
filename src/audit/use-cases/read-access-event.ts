import { Refusal } from "../../platform/errors";
import { parseInstant } from "../../platform/instant";
import { datasetUrn, parseDatasetUrn } from "../../protocol/dataset-id";
import { type Identifier, normaliseIdentifier } from "../../subjects";
import {
  type AccessEvent, areTooLong, eventIdOf, fieldsOf, isActor, isDatasetText, isEventId, isRemark, isTimely, membersOf, type RefusedAccess, type SentAccess,
} from "../access-model";

/**
 * An access event as it was sent (`at` as text or Date; null is the same as absent), in its normal form, or why it is refused: BAD_USER_INPUT for
 * members that are missing, malformed or not known, and an access more than 5 minutes in the future; TOO_LARGE for too many fields.
 */
export function readAccessEvent(value: unknown, now: Date): AccessEvent | RefusedAccess {
  const event = membersOf(value) && read(value as SentAccess, now);
  if (event === undefined) return { eventId: eventIdOf(value), code: "BAD_USER_INPUT" };
  return event.fields !== undefined && areTooLong(event.fields) ? { eventId: event.eventId, code: "TOO_LARGE" } : event;
}

function read(sent: SentAccess, now: Date): AccessEvent | undefined {
  const { eventId, actor, purpose, basis } = sent;
  const allowed = sent.allowed ?? true;
  const source = sent.source ?? "";
  if (!isEventId(eventId) || !isActor(actor) || !isRemark(purpose) || !isRemark(basis) || !isRemark(source) || typeof allowed !== "boolean") return undefined;
  const at = typeof sent.at === "string" ? parseInstant(sent.at) : sent.at;
  if (!(at instanceof Date) || !isTimely(at, now)) return undefined;
  const dataset = isDatasetText(sent.dataset) ? parseDatasetUrn(sent.dataset) : undefined;
  const fields = fieldsOf(sent.fields ?? []);
  const identifier = readIdentifier(sent.identifier ?? undefined);
  if (dataset === undefined || fields === undefined || identifier === null) return undefined;
  return {
    eventId,
    at,
    actor,
    dataset: datasetUrn(dataset),
    fields: fields.length > 0 ? fields : undefined,
    identifier,
    purpose,
    basis,
    allowed,
    source: source === "" ? undefined : source,
  };
}

/** Null where it is malformed. */
function readIdentifier(value: unknown): Identifier | undefined | null {
  if (value === undefined) return undefined;
  const { type, value: text, ...others } = (typeof value === "object" ? value : {}) as { type?: unknown; value?: unknown };
  if (typeof type !== "string" || typeof text !== "string" || Object.keys(others).length > 0) return null;
  try {
    return normaliseIdentifier({ type, value: text });
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
