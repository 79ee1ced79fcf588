import Ajv2020 from "ajv/dist/2020";
import type { Answer } from "./answer";
import type { AskedOrder, DatasetName, Order } from "./order";
import { ANSWER_SCHEMA, MAX_ANSWER_BYTES, MAX_ORDER_BYTES, ORDER_SCHEMA } from "./schemas";

/** MALFORMED comes before DATASET_MISSING, that before DATASET_EXTRA. `detail` names members and positions, never values sent. */
export type AnswerFault = "EMPTY" | "MALFORMED" | "DATASET_MISSING" | "DATASET_EXTRA";
export type CheckedAnswer =
  | { readonly answer: Answer; readonly fault?: undefined }
  | { readonly fault: AnswerFault; readonly detail: string };
export type ParsedOrder =
  | { readonly order: Order; readonly fault?: undefined }
  | { readonly fault: "MALFORMED"; readonly detail: string };

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,9})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, ownProperties: true });
ajv.addFormat("date", isDay);
ajv.addFormat("date-time", (text: string) => isDay(RFC3339.exec(text)?.[1] ?? ""));
const isOrder = ajv.compile<Order>(ORDER_SCHEMA);
const isAnswer = ajv.compile<Answer>(ANSWER_SCHEMA);

/** Reads an order whose signature has been verified. */
export function parseOrder(body: string | Uint8Array): ParsedOrder {
  const json = parseJson(body, MAX_ORDER_BYTES);
  if ("detail" in json) return { fault: "MALFORMED", detail: json.detail };
  if (!isOrder(json.value)) return { fault: "MALFORMED", detail: firstError(isOrder.errors) };
  if (namesTwice(json.value.datasets)) return { fault: "MALFORMED", detail: "/datasets names a dataset twice" };
  return { order: json.value };
}

/**
 * Holds an answer against its order: the closed schema, the same order, kind and dryRun, outcomes of that kind only,
 * every dataset asked exactly once and no other. Says nothing about the signature: verify that first.
 */
export function checkAnswer(order: AskedOrder, body: string | Uint8Array): CheckedAnswer {
  if (body.length === 0) return { fault: "EMPTY", detail: "the body is empty" };
  const json = parseJson(body, MAX_ANSWER_BYTES);
  if ("detail" in json) return { fault: "MALFORMED", detail: json.detail };
  const answer = json.value;
  if (!isAnswer(answer)) return { fault: "MALFORMED", detail: firstError(isAnswer.errors) };
  for (const member of ["orderId", "kind", "dryRun"] as const) {
    if (answer[member] !== order[member]) return { fault: "MALFORMED", detail: `/${member} is not that of the order` };
  }
  const answered = new Set(answer.results.map(datasetKey));
  const missing = order.datasets.find((dataset) => !answered.has(datasetKey(dataset)));
  if (missing) return { fault: "DATASET_MISSING", detail: `/results does not account for ${missing.namespace} ${missing.name}` };
  // No dataset is missing, so one result more is a stranger or a repetition.
  if (answer.results.length > order.datasets.length) {
    return { fault: "DATASET_EXTRA", detail: "/results names a dataset that was not asked, or one twice" };
  }
  return { answer };
}

/** A text by which datasets can be compared and looked up; neither part of a name can be confused with the other. */
export const datasetKey = ({ namespace, name }: DatasetName): string => JSON.stringify([namespace, name]);

function namesTwice(datasets: readonly DatasetName[]): boolean {
  return new Set(datasets.map(datasetKey)).size < datasets.length;
}

function parseJson(body: string | Uint8Array, limit: number): { readonly value: unknown } | { readonly detail: string } {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  if (bytes.length > limit) return { detail: `the body is larger than ${limit} bytes` };
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return { detail: "the body is not JSON in UTF-8" };
  }
}

function firstError(errors: typeof isAnswer.errors): string {
  const [error] = errors ?? [];
  return error ? `${error.instancePath || "/"} ${error.message ?? "is wrong"}` : "the body does not fit the schema";
}

/** RFC 3339 full-date, and a day that the calendar has. */
function isDay(text: string): boolean {
  const day = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}
