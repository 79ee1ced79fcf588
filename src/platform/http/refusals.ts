import type { Duplex } from "node:stream";
import { HTTP_STATUS, Refusal, type ErrorCode } from "../errors";
import type { Ids } from "../ids";
import { json, type HttpResponse, type RenderRefusal } from "./route";

/** A refusal as it is; anything else becomes INTERNAL, which tells nothing: its cause is only in the log, under the request's id. */
export const asRefusal = (error: unknown): Refusal =>
  error instanceof Refusal && error.code !== "INTERNAL"
    ? error
    : new Refusal("INTERNAL", "Something went wrong on our side; quote the id to the operator");

const RETRY_AFTER_S = 1;

/** What a client needs to know beside the code: how to prove itself, when to come again. */
export function refusalHeaders(code: ErrorCode): Record<string, string> {
  if (code === "RATE_LIMITED") return { "retry-after": String(RETRY_AFTER_S) };
  return code === "UNAUTHENTICATED" ? { "www-authenticate": "Bearer" } : {};
}

export const refuse: RenderRefusal = (refusal, id) =>
  json(HTTP_STATUS[refusal.code], { code: refusal.code, id, message: refusal.message }, refusalHeaders(refusal.code));

export const refuseUnknownPath = (id: string): HttpResponse => refuse(new Refusal("NOT_FOUND", "There is nothing at this path"), id);

export function refuseMethod(id: string, allow: readonly string[]): HttpResponse {
  const methods = allow.join(", ");
  return json(405, { code: "BAD_USER_INPUT", id, message: `This path takes ${methods}` }, { allow: methods });
}

/** Answers what is not HTTP, or comes too slowly or too large to be read as a request, and hangs up. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex, ids: Ids): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const id = ids.uuid();
  const [status, code] = MALFORMED[error.code ?? ""] ?? ["400 Bad Request", "BAD_USER_INPUT"];
  const body = JSON.stringify({ code, id });
  const headers = ["connection: close", "content-type: application/json", `content-length: ${body.length}`, `x-request-id: ${id}`];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join("\r\n")}\r\n\r\n${body}`);
}

const MALFORMED: Readonly<Record<string, readonly [status: string, code: ErrorCode]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["408 Request Timeout", "BAD_USER_INPUT"],
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "TOO_LARGE"],
};
