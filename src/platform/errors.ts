/** The closed list of refusal codes (GraphQL `extensions.code`, HTTP `code`). */
export const ERROR_CODES = [
  "UNAUTHENTICATED", "FORBIDDEN", "BAD_USER_INPUT", "NOT_FOUND", "CONFLICT",
  "PRECONDITION_FAILED", "RATE_LIMITED", "TOO_LARGE", "INTERNAL",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Status of each refusal at the HTTP doors (PROTOCOLS.md, "GraphQL over HTTP"). */
export const HTTP_STATUS: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401, FORBIDDEN: 403, BAD_USER_INPUT: 400, NOT_FOUND: 404, CONFLICT: 409,
  PRECONDITION_FAILED: 412, TOO_LARGE: 413, RATE_LIMITED: 429, INTERNAL: 500,
};

/**
 * A refusal that the caller may read. The message says what is wrong, where, and what to do;
 * it never repeats a value the caller sent (values may be personal data), only names, keys and positions.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** Public id of the object the refusal is about (for the `denied` audit entry); never personal data. */
    readonly object?: string,
  ) {
    super(message);
  }
}

export const badInput = (message: string): Refusal => new Refusal("BAD_USER_INPUT", message);
export const notFound = (message: string): Refusal => new Refusal("NOT_FOUND", message);
export const forbidden = (message: string, object?: string): Refusal => new Refusal("FORBIDDEN", message, object);
export const conflict = (message: string, object?: string): Refusal => new Refusal("CONFLICT", message, object);
export const preconditionFailed = (message: string, object?: string): Refusal => new Refusal("PRECONDITION_FAILED", message, object);
