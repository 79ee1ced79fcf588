/**
 * TIMEOUT: not done in time. NETWORK: no connection, no trust in its certificate, or it broke. REFUSED_ADDRESS: a place that calls may not
 * reach. TOO_LARGE: more bytes than allowed, or compressed, so that nobody knows how many.
 */
export type OutboundFailureCode = "TIMEOUT" | "NETWORK" | "REFUSED_ADDRESS" | "TOO_LARGE";

/** A call that brought no answer. The message names no address, path or content. */
export class OutboundFailure extends Error {
  override readonly name = "OutboundFailure";
  constructor(
    readonly code: OutboundFailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** What an error of the HTTP client or of the network means. */
export function toFailure(error: Error): OutboundFailure {
  if (error instanceof OutboundFailure) return error;
  const { code = error.name } = error as NodeJS.ErrnoException;
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") return new OutboundFailure("TIMEOUT", "no connection in time");
  if (code === "UND_ERR_HEADERS_OVERFLOW") return new OutboundFailure("TOO_LARGE", "the headers of the answer are too long");
  return new OutboundFailure("NETWORK", `no connection, or it broke (${code})`);
}
