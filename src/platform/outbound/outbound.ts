import { isIP } from "node:net";
import { Pool } from "undici";
import { type AddressGuard, createAddressGuard, guardedLookup, refusedAddress, type Scheme } from "./address-guard";
import { Exchange, type OutboundResponse } from "./exchange";
import { OutboundFailure } from "./outbound-failure";

export interface OutboundRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** For everything from the look-up of the name to the last byte; real time. */
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/**
 * Calls to other systems, guarded: only to permitted addresses, checked when the connection is made; redirects are answers like any other;
 * headers, body and time are limited. Fails with OutboundFailure only.
 */
export interface Outbound {
  get(url: string, request?: OutboundRequest): Promise<OutboundResponse>;
  post(url: string, request: OutboundRequest): Promise<OutboundResponse>;
  /** Waits for the calls under way, then closes every connection. */
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
const MAX_HEADER_BYTES = 16 * 1024;
const CONNECT_TIMEOUT_MS = 10_000;
const CONNECTIONS_PER_ORIGIN = 64;

export interface OutboundOptions {
  /** CIDR ranges that may be reached although they are not public, also over http. */
  readonly allow: readonly string[];
  /** Connections to a system that nobody calls any more are closed after this time. */
  readonly idleMs?: number;
}

export const createOutbound = ({ allow, idleMs = 60_000 }: OutboundOptions): Outbound =>
  new PooledOutbound(createAddressGuard(allow), idleMs);

interface OriginPool {
  readonly pool: Pool;
  underWay: number;
  usedAt: number;
}

class PooledOutbound implements Outbound {
  private readonly pools = new Map<string, OriginPool>();
  private readonly sweeper: NodeJS.Timeout;
  private closed = false;

  constructor(
    private readonly permits: AddressGuard,
    private readonly idleMs: number,
  ) {
    this.sweeper = setInterval(() => this.closeIdlePools(), idleMs).unref();
  }

  get(url: string, request: OutboundRequest = {}): Promise<OutboundResponse> {
    return this.call("GET", url, request);
  }

  post(url: string, request: OutboundRequest): Promise<OutboundResponse> {
    return this.call("POST", url, request);
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.sweeper);
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map(({ pool }) => pool.close()));
  }

  private async call(method: "GET" | "POST", text: string, request: OutboundRequest): Promise<OutboundResponse> {
    const url = this.check(text);
    const origin = this.poolOf(url);
    origin.underWay += 1;
    try {
      return await new Promise((resolve, reject) => {
        const { headers, body, timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = request;
        const exchange = new Exchange({ resolve, reject }, maxBytes, timeoutMs);
        origin.pool.dispatch({ method, path: url.pathname + url.search, headers: { "user-agent": "cadastre", ...headers }, body }, exchange);
      });
    } finally {
      origin.underWay -= 1;
      origin.usedAt = performance.now();
    }
  }

  private check(text: string): URL & { protocol: Scheme } {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !isHttp(url)) throw new OutboundFailure("REFUSED_ADDRESS", "not an http or https URL");
    if (url.username || url.password) throw new OutboundFailure("REFUSED_ADDRESS", "the URL holds credentials");
    // No look-up happens for an address that is written out, so the guard of look-ups would not see it.
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) && !this.permits(host, url.protocol)) throw refusedAddress();
    return url;
  }

  private poolOf(url: URL & { protocol: Scheme }): OriginPool {
    if (this.closed) throw new OutboundFailure("NETWORK", "no calls are made any more: the process is stopping");
    const known = this.pools.get(url.origin);
    if (known) return known;
    const pool = new Pool(url.origin, {
      connections: CONNECTIONS_PER_ORIGIN,
      connect: { lookup: guardedLookup(this.permits, url.protocol), timeout: CONNECT_TIMEOUT_MS },
      maxHeaderSize: MAX_HEADER_BYTES,
      // The exchange has a timer of its own for all of it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const made = { pool, underWay: 0, usedAt: performance.now() };
    this.pools.set(url.origin, made);
    return made;
  }

  private closeIdlePools(): void {
    for (const [origin, { pool, underWay, usedAt }] of this.pools) {
      if (underWay > 0 || performance.now() - usedAt < this.idleMs) continue;
      this.pools.delete(origin);
      void pool.close();
    }
  }
}

const isHttp = (url: URL): url is URL & { protocol: Scheme } => url.protocol === "http:" || url.protocol === "https:";
