import { ANSWER_SCHEMA, ORDER_SCHEMA, type JsonSchema } from "./schemas";

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (description: string, schema: string): JsonSchema =>
  ({ description, content: { "application/json": { schema: ref(schema) } } });
const refusal = (description: string): JsonSchema => json(description, "Refusal");
const header = (name: string, description: string): JsonSchema =>
  ({ name, in: "header", required: true, description, schema: { type: "string" } });

const SIGNATURE_HEADERS = {
  "webhook-id": "The order's id, the same on every attempt. Without a dot.",
  "webhook-timestamp": "Unix seconds of this attempt; more than 300 seconds off either way is refused.",
  "webhook-signature":
    "Space-separated list of `v1a,<base64>` (Ed25519) or `v1,<base64>` (HMAC-SHA256) over `id.timestamp.body`; any one may match.",
};
const signed = Object.entries(SIGNATURE_HEADERS).map(([name, description]) => header(name, description));
const signedAnswer: JsonSchema = {
  ...json("The final answer, signed v1a with the service's own key and accounting for every dataset asked.", "Answer"),
  headers: Object.fromEntries(
    Object.entries(SIGNATURE_HEADERS).map(([name, description]) => [name, { required: true, description, schema: { type: "string" } }]),
  ),
};
const orderIdInPath: JsonSchema = { name: "id", in: "path", required: true, description: "The order's id.", schema: { type: "string" } };

/** The participant protocol as an OpenAPI 3.1 document, made from the same schemas that both sides validate with. */
export function participantOpenApi(): JsonSchema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Cadastre participant protocol",
      version: "1",
      description: "Signed orders from Cadastre to a service (webhook `order`), and what the service may ask and report back (paths).",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    webhooks: { order: { post: orderOperation() } },
    paths: {
      "/orders/{id}/receipt": { post: receiptOperation() },
      "/orders/{id}/permit": { get: permitOperation() },
      "/orders/keys": { get: keysOperation() },
    },
    components: {
      securitySchemes: { serviceToken: { type: "http", scheme: "bearer" } },
      schemas: { Order: ORDER_SCHEMA, Answer: ANSWER_SCHEMA, Permit: PERMIT, Keys: KEYS, Refusal: REFUSAL },
    },
  };
}

function orderOperation(): JsonSchema {
  return {
    summary: "An order, sent to the service's endpoint URL until it is answered",
    parameters: signed,
    requestBody: { required: true, content: { "application/json": { schema: ref("Order") } } },
    responses: {
      200: signedAnswer,
      202: { description: "Accepted: a receipt follows, or the same order is sent again to ask." },
      451: signedAnswer,
      default: { description: "A failed attempt. 429 and 503 may carry Retry-After; 410 stops all orders to this endpoint." },
    },
    security: [],
  };
}

function receiptOperation(): JsonSchema {
  return {
    summary: "The answer to an order that was accepted with 202",
    parameters: [orderIdInPath, ...signed],
    requestBody: { required: true, content: { "application/json": { schema: ref("Answer") } } },
    responses: {
      200: { description: "Taken; a repetition too." },
      400: refusal("The answer does not fit its order."),
      401: refusal("The signature fits no key."),
      404: refusal("No such order of this service."),
      413: refusal("The body is too large."),
    },
    security: [],
  };
}

function permitOperation(): JsonSchema {
  return {
    summary: "A single-use permit, asked right before a delayed effect",
    parameters: [orderIdInPath],
    responses: {
      200: json("The effect may take place now. Given once.", "Permit"),
      401: refusal("No valid token."),
      404: refusal("No such order of this service."),
      409: refusal("Given before, or revoked by a hold, a cancellation or an emergency stop."),
    },
    security: [{ serviceToken: [] }],
  };
}

function keysOperation(): JsonSchema {
  return {
    summary: "The keys that Cadastre signs with",
    responses: { 200: json("Only keys whose `use` is absent or `order` sign orders.", "Keys") },
    security: [],
  };
}

const PERMIT: JsonSchema = { type: "object", required: ["permit"], properties: { permit: { type: "string" } } };

const KEYS: JsonSchema = {
  type: "object",
  required: ["keys"],
  properties: {
    keys: {
      type: "array",
      items: {
        type: "object",
        required: ["id", "key", "from", "to"],
        properties: {
          id: { type: "string" },
          key: { type: "string", pattern: "^whpk_" },
          from: { type: "string", format: "date-time" },
          to: { anyOf: [{ type: "string", format: "date-time" }, { type: "null" }] },
          use: { enum: ["order", "certificate"] },
        },
      },
    },
  },
};

const REFUSAL: JsonSchema = {
  type: "object",
  required: ["code"],
  properties: { code: { type: "string" }, id: { type: "string" } },
};
