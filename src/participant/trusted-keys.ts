import { parseVerifyingKey, verifyMessage, type ReceivedHeaders, type Verification, type VerifyingKey } from "../protocol";

/** Whose orders a service obeys: keys written down, or those that Cadastre publishes at `/orders/keys`. */
export type Trust = { readonly keys: readonly string[] } | { readonly keysUrl: string };

/** No key is known and none can be had right now. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

interface DatedKey {
  readonly key: VerifyingKey;
  readonly from: number;
  readonly to: number;
}

// Measured on the monotonic clock: a stopped or corrected clock must not keep a rotated key out.
const REFRESH_AFTER_MS = 3_600_000;
const REFRESH_AT_MOST_EVERY_MS = 2_000;
const FETCH_TIMEOUT_MS = 10_000;

/** Verifies orders; asks for new keys hourly and when a signature fits none, but never more often than every two seconds. */
export class TrustedKeys {
  private keys: readonly DatedKey[] = [];
  private askedAt = -Infinity;
  private asking: Promise<void> | undefined;
  private readonly keysUrl: string | undefined;

  constructor(trust: Trust) {
    if ("keysUrl" in trust) this.keysUrl = trust.keysUrl;
    else this.keys = trust.keys.map((text) => ({ key: parseVerifyingKey(text), from: -Infinity, to: Infinity }));
  }

  async verify(headers: ReceivedHeaders, body: Uint8Array, now: Date): Promise<Verification> {
    await this.refreshIfOlderThan(REFRESH_AFTER_MS);
    const first = verifyMessage(headers, body, this.validAt(now), now);
    if (first.fault !== "BAD_SIGNATURE") return first;
    await this.refreshIfOlderThan(REFRESH_AT_MOST_EVERY_MS);
    if (this.keys.length === 0) throw new KeysUnavailable("There is no key to verify orders with");
    return verifyMessage(headers, body, this.validAt(now), now);
  }

  private validAt(now: Date): VerifyingKey[] {
    const at = now.getTime();
    return this.keys.filter(({ from, to }) => from <= at && at < to).map(({ key }) => key);
  }

  private async refreshIfOlderThan(age: number): Promise<void> {
    if (this.keysUrl === undefined) return;
    if (performance.now() - this.askedAt >= age) {
      this.askedAt = performance.now();
      this.asking = fetchKeys(this.keysUrl).then(
        (keys) => {
          this.keys = keys;
        },
        // The keys already known stay good; without any, verify says so.
        () => undefined,
      );
    }
    await this.asking;
  }
}

async function fetchKeys(url: string): Promise<DatedKey[]> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const { keys } = (await response.json()) as { keys: { key: string; from: string; to?: string | null; use?: string }[] };
  return keys
    // Certificates are signed with other keys, which must not be able to order anything.
    .filter(({ use }) => use === undefined || use === "order")
    .map(({ key, from, to }) => ({ key: parseVerifyingKey(key), from: Date.parse(from), to: to ? Date.parse(to) : Infinity }));
}
