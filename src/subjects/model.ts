import { badInput } from "../platform/errors";

/** What a person is known by somewhere: `{ type: "email", value: "ada@example.org" }`. */
export interface Identifier {
  readonly type: string;
  readonly value: string;
}

/** ASSERTED by the request; found on the way, and CONFIRMED or still QUARANTINED (never acted upon). */
export const IDENTIFIER_STATUSES = ["ASSERTED", "CONFIRMED", "QUARANTINED"] as const;
export type IdentifierStatus = (typeof IDENTIFIER_STATUSES)[number];

export const MAX_TYPE_LENGTH = 64;
export const MAX_VALUE_LENGTH = 512;

const TYPE = /^[a-z][a-z0-9_.-]{0,63}$/;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
// A zero-width space that came along when the value was copied would match no record anywhere, and absence would be "proven".
const INVISIBLE = /\p{Cf}/u;
const PHONE_PUNCTUATION = /[\s()./\-\u2010-\u2015]/g;
const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The form in which equal identifiers are equal: trimmed, Unicode NFC, an `email` in lower case, a `phone` as E.164.
 * Refuses (BAD_USER_INPUT) a malformed type and a value that is empty, oversized, holds control characters, or is no international phone number.
 */
export function normaliseIdentifier({ type, value }: Identifier): Identifier {
  if (!TYPE.test(type)) {
    throw badInput(`identifier type: expected a lower-case letter, then up to ${MAX_TYPE_LENGTH - 1} of a-z, 0-9, dot, hyphen and underscore`);
  }
  const trimmed = value.trim().normalize("NFC");
  if (trimmed === "") throw badInput(`identifier of type ${type}: the value is empty`);
  if (trimmed.length > MAX_VALUE_LENGTH) throw badInput(`identifier of type ${type}: the value is longer than ${MAX_VALUE_LENGTH} characters`);
  if (CONTROL.test(trimmed)) throw badInput(`identifier of type ${type}: the value holds control characters`);
  if (INVISIBLE.test(trimmed)) throw badInput(`identifier of type ${type}: the value holds invisible characters`);
  if (type === "email") return { type, value: normaliseEmail(trimmed) };
  if (type === "phone") return { type, value: normalisePhone(trimmed) };
  return { type, value: trimmed };
}

function normaliseEmail(value: string): string {
  if (/\s/.test(value)) throw badInput("identifier of type email: the value holds spaces");
  return value.toLowerCase().normalize("NFC");
}

// Without its country a number cannot be compared, and guessing one would address another person. "(0)" is dialled at home only.
function normalisePhone(value: string): string {
  const digits = value.replace("(0)", "").replace(PHONE_PUNCTUATION, "").replace(/^00/, "+");
  if (!E164.test(digits)) {
    throw badInput("identifier of type phone: expected an international number with + and its country code, such as +49 30 1234567");
  }
  return digits;
}
