import { IDENTITY_FORMATS, ORDER_KINDS, OUTCOMES, REGULATIONS, RETENTION_REASONS, SWEEP_PHASES } from "./kinds";

/** A body larger than this is refused unread. */
export const MAX_ORDER_BYTES = 1024 * 1024;
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** JSON Schema (2020-12) of both messages: the validators and the OpenAPI document are made from these. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const list = (items: JsonSchema, maxItems: number): JsonSchema => ({ type: "array", items, maxItems });
const closed = (required: readonly string[], properties: Record<string, JsonSchema>): JsonSchema =>
  ({ type: "object", additionalProperties: false, required, properties });
const when = (kind: string, then: JsonSchema): JsonSchema =>
  ({ if: { properties: { kind: { const: kind } }, required: ["kind"] }, then });

const instant: JsonSchema = { type: "string", format: "date-time" };
const dayOrInstant: JsonSchema = { anyOf: [instant, { type: "string", format: "date" }] };
const count: JsonSchema = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const text: JsonSchema = { type: "string", minLength: 1, maxLength: 1024 };
const orderId: JsonSchema = { type: "string", pattern: "^[A-Za-z0-9_-]{1,128}$" };
const kind: JsonSchema = { enum: ORDER_KINDS };
// Keys, classes and references, never prose: an answer has no room for free text, which might be personal data.
const key: JsonSchema = { type: "string", pattern: "^[a-z0-9][a-z0-9._-]{0,127}$" };
const recordClass: JsonSchema = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$" };
const opaque: JsonSchema = { type: "string", pattern: "^[\\x21-\\x7e]{1,256}$" };
const datasetName: Record<string, JsonSchema> = { namespace: text, name: text };
const foundIdentity: Record<string, JsonSchema> = { identity_type: { type: "string", minLength: 1, maxLength: 128 }, identity_value: text };

const identities = list({
  type: "object",
  required: ["identity_type", "identity_value", "identity_format"],
  properties: { ...foundIdentity, identity_format: { enum: IDENTITY_FORMATS } },
}, 10_000);

/** Open: a receiver tolerates members that a later Cadastre may add. */
export const ORDER_SCHEMA: JsonSchema = {
  type: "object",
  required: [
    "orderId", "kind", "attempt", "audience", "submitted_time", "dryRun", "subject_identities", "datasets", "status_callback_urls",
  ],
  properties: {
    orderId,
    kind,
    attempt: { type: "integer", minimum: 1 },
    audience: { type: "string", pattern: "^service:[a-z0-9][a-z0-9._-]{0,127}$" },
    regulation: { enum: REGULATIONS },
    subject_request_id: text,
    subject_request_type: text,
    submitted_time: instant,
    due: { anyOf: [instant, { type: "null" }] },
    collected_before: instant,
    dryRun: { type: "boolean" },
    reason: text,
    subject_identities: identities,
    datasets: list({ type: "object", required: ["namespace", "name"], properties: datasetName }, 10_000),
    excluded_identities: identities,
    cutoff: instant,
    phase: { enum: SWEEP_PHASES },
    start_field: text,
    alignment: text,
    limit: count,
    rule: text,
    recall_of: orderId,
    hold_id: text,
    retention_refs: list(opaque, 10_000),
    status_callback_urls: list({ type: "string", maxLength: 2048 }, 10),
  },
  allOf: [when("recall", { required: ["recall_of"] }), when("sweep", { required: ["phase"] })],
};

const part = {
  ...closed(["outcome", "count"], {
    fields: list({ type: "string", minLength: 1, maxLength: 256 }, 1_000),
    recordClass,
    outcome: { type: "string" },
    count,
    month: { type: "string", pattern: "^[0-9]{4}-(0[1-9]|1[0-2])$" },
    digest: opaque,
    retentionReason: { enum: RETENTION_REASONS },
    retentionRule: key,
    retentionStart: dayOrInstant,
    retainedUntil: dayOrInstant,
    retentionRef: opaque,
  }),
  if: { properties: { outcome: { const: "RETAINED" } }, required: ["outcome"] },
  then: { required: ["retentionRule", "retentionStart", "retainedUntil"] },
};

const withOutcomes = (outcomes: readonly string[]): JsonSchema => ({
  properties: { results: { items: { properties: { parts: { items: { properties: { outcome: { enum: outcomes } } } } } } } },
});

/** Closed, to the last member: whatever is not listed here does not come in. */
export const ANSWER_SCHEMA: JsonSchema = {
  ...closed(["orderId", "kind", "dryRun", "observedAt", "results"], {
    orderId,
    kind,
    dryRun: { type: "boolean" },
    observedAt: instant,
    results: list(closed(["namespace", "name", "parts"], { ...datasetName, parts: { ...list(part, 1_000), minItems: 1 } }), 10_000),
    identities: list(closed(["identity_type", "identity_value"], foundIdentity), 100),
  }),
  allOf: [
    ...ORDER_KINDS.map((each) => when(each, withOutcomes(OUTCOMES[each]))),
    { if: { required: ["identities"] }, then: { properties: { kind: { const: "discover" } } } },
  ],
};
