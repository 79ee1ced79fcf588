import type { Caller } from "../deps";
import { Refusal } from "../errors";
import type { Reservation } from "./reservation";

/** What each token may have under way at a time. */
export interface ShareLimits {
  readonly requests: number;
  /** Of bodies, as sent and inflated. One request may have more if it is alone. */
  readonly bytes: number;
}

interface Share {
  requests: number;
  bytes: number;
}

/** Whose share a request counts to. Tokens of ours have an id; who comes with one of an identity provider goes by the principal. */
export const shareOf = (caller: Caller): string => caller.token ?? `oidc:${caller.principal}`;

/** Keeps a producer's flood from taking this process from the others. */
export class TokenShares {
  private readonly shares = new Map<string, Share>();

  constructor(private readonly limits: ShareLimits) {}

  /** Refuses (RATE_LIMITED) a request too many. */
  reserve(token: string): Reservation {
    let share = this.shares.get(token);
    if (share === undefined) this.shares.set(token, (share = { requests: 0, bytes: 0 }));
    if (share.requests >= this.limits.requests) throw tooMuch();
    share.requests += 1;
    return this.reservationIn(share, token);
  }

  private reservationIn(share: Share, token: string): Reservation {
    let own = 0;
    return {
      grow: (bytes) => {
        if (share.requests > 1 && share.bytes + bytes > this.limits.bytes) throw tooMuch();
        own += bytes;
        share.bytes += bytes;
      },
      release: () => {
        share.requests -= 1;
        share.bytes -= own;
        if (share.requests === 0) this.shares.delete(token);
      },
    };
  }
}

const tooMuch = (): Refusal => new Refusal("RATE_LIMITED", "Too much is under way with this token: wait for answers before you send more");
