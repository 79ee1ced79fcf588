/** Bounds on what a client may take of us before it has said anything useful. */
export interface HttpLimits {
  /** All request headers together. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** Until the headers, and until the whole request, must have arrived (slow senders are cut off with 408). */
  readonly headersMs: number;
  readonly requestMs: number;
  /** An idle kept-alive connection is closed after this time; longer than usual load balancers', so that they close first. */
  readonly idleMs: number;
  /** Of a route that names no limit of its own. */
  readonly bodyBytes: number;
}

export const HTTP_LIMITS: HttpLimits = {
  headerBytes: 16 * 1024,
  headerCount: 100,
  headersMs: 10_000,
  requestMs: 60_000,
  idleMs: 75_000,
  bodyBytes: 1024 * 1024,
};
