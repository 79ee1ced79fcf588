import type { IncomingHttpHeaders } from "node:http";
import type { Caller } from "../deps";
import type { Refusal } from "../errors";
import type { Reservation } from "./reservation";

/** One request at one of our HTTP doors, its body read in full and within the route's limit. */
export interface HttpRequest {
  /** Names the request in logs and in the `x-request-id` header of the answer. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Decoded `:name` segments; the tail of a `*` is `params["*"]`. */
  readonly params: Readonly<Record<string, string>>;
  /** `?…` as sent, and parsed. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The exact bytes, for signatures; empty where there is no body. */
  readonly body: Buffer;
  /** Who asks; absent on public routes. */
  readonly caller?: Caller;
  /** What the route has reserved for it, the body's bytes counted in. */
  readonly reservation?: Reservation;
  /** Aborted when the client has left or the server shuts down: streamed answers end then. */
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Streamed if it is an iterable, with back-pressure. */
  readonly body?: string | Buffer | AsyncIterable<string | Buffer>;
}

/** How a refusal is said at a door; `{code, id}` unless the door's protocol has a form of its own. */
export type RenderRefusal = (refusal: Refusal, id: string) => HttpResponse;

/**
 * Who may knock. `public`: anyone (health, keys, files meant for all, requests that prove themselves by a signature).
 * `token`: any authenticated caller. Otherwise the name of the permission that the caller must hold.
 */
export type Access = "public" | "token" | `${string}:${string}`;

/** A door: which requests it takes and what it does with them. A thrown `Refusal` is answered with its status. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/orders/:id/receipt`; a last segment `*` takes all that follows. */
  readonly path: string;
  readonly access: Access;
  /** Bytes; a longer body is refused (TOO_LARGE). Default 1 MiB. */
  readonly bodyLimit?: number;
  /** How this door says no, if not as `{code, id}`. */
  readonly refuse?: RenderRefusal;
  /** Lets the request in before its body is read, or throws a `Refusal`; released when it has been answered. */
  reserve?(caller: Caller | undefined): Reservation;
  handle(request: HttpRequest): Promise<HttpResponse>;
}

export const json = (status: number, value: unknown, headers?: Readonly<Record<string, string>>): HttpResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(value),
});

export const text = (status: number, body: string): HttpResponse => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});
