import {
  checkAnswer, generateSigningKey, parseSigningKey, parseVerifyingKey, sentinelValue, signMessage, verifyMessage,
  type Answer, type DatasetName, type Identity, type Order, type OrderKind, type ReceivedHeaders, type SigningKey, type VerifyingKey,
} from "../protocol";
import type { Clock } from "./settings";

export interface ConformanceOptions {
  readonly url: string;
  /** Sign the orders, as Cadastre's own keys do. */
  readonly orderKeys: readonly SigningKey[];
  /** The service's `whpk_…`, any of which may sign an answer. */
  readonly serviceKeys: readonly string[];
  /** `service:<key>` */
  readonly audience: string;
  readonly datasets: readonly ExaminedDataset[];
  /** Those that the service says it takes. */
  readonly kinds: readonly string[];
  readonly clock: Clock;
  /** A new UUID. */
  readonly newId: () => string;
  /** Posts and follows no redirect; rejects where there was no response. */
  readonly post: (url: string, request: { readonly headers: Record<string, string>; readonly body: string }) => Promise<ExaminedResponse>;
  /** How often an accepted order (202) is asked for again, and after what wait each time; 30 times, 1 s if left out. */
  readonly polling?: { readonly times: number; readonly waitMs: number };
}

export interface ExaminedDataset extends DatasetName {
  readonly identifierTypes: readonly string[];
}

export interface ExaminedResponse {
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly body: string | Uint8Array;
}

/** The service does not keep the protocol; the message tells its owner where. */
export class Nonconformity extends Error {
  override readonly name = "Nonconformity";
}

/** Ways in which a delivery may be wrong although the order is right. */
export interface Tampering {
  readonly ageSeconds?: number;
  readonly forged?: boolean;
  readonly unsigned?: boolean;
  /** Goes out in place of the order that was signed. */
  readonly altered?: Partial<Order>;
}

const POLLING = { times: 30, waitMs: 1_000 };

/** Cadastre's side of a conformance check: writes orders about made-up people, sends them, and believes only answers that hold. */
export class Examiner {
  readonly datasets: readonly ExaminedDataset[];
  private readonly forgedKey = parseSigningKey(generateSigningKey().privateKey);
  private readonly serviceKeys: readonly VerifyingKey[];

  constructor(private readonly options: ConformanceOptions, private readonly wait: (ms: number) => Promise<unknown>) {
    this.datasets = options.datasets;
    // v1a only: Cadastre knows a shared secret too, so that one would prove nothing.
    this.serviceKeys = options.serviceKeys.map(parseVerifyingKey).filter(({ scheme }) => scheme === "v1a");
  }

  takes(kind: OrderKind): boolean {
    return this.options.kinds.includes(kind);
  }

  newId(): string {
    return this.options.newId();
  }

  /** A person whom nobody has seen, by every type of identifier that these datasets are looked up by. */
  newPerson(datasets: readonly ExaminedDataset[]): Identity[] {
    const id = this.newId();
    const types = [...new Set(datasets.flatMap(({ identifierTypes }) => identifierTypes))];
    return types.map((type) => ({ identity_type: type, identity_value: sentinelValue(id, type), identity_format: "raw" }));
  }

  order(kind: OrderKind, parts: Partial<Order> = {}): Order {
    return {
      orderId: this.newId(), kind, attempt: 1, audience: this.options.audience, dryRun: false,
      submitted_time: this.options.clock.now().toISOString(), due: null, subject_identities: [], status_callback_urls: [],
      ...parts,
      // Services are told names, not what the register knows beside them.
      datasets: (parts.datasets ?? this.datasets).map(({ namespace, name }) => ({ namespace, name })),
    };
  }

  async send(order: Order, { ageSeconds = 0, forged, unsigned, altered }: Tampering = {}): Promise<ExaminedResponse> {
    const { clock, orderKeys, post, url } = this.options;
    const at = new Date(clock.now().getTime() - ageSeconds * 1000);
    const signature = signMessage(order.orderId, at, JSON.stringify(order), forged ? [this.forgedKey] : orderKeys);
    const headers = { "content-type": "application/json", ...(unsigned ? {} : signature) };
    try {
      return await post(url, { headers, body: JSON.stringify({ ...order, ...altered }) });
    } catch (error) {
      throw new Nonconformity(`no response: ${error instanceof Error ? error.message : "the request failed"}`);
    }
  }

  /** The final answer; an accepted order is asked for again until patience ends. */
  async ask(order: Order): Promise<Answer> {
    const { times, waitMs } = this.options.polling ?? POLLING;
    for (let asked = 0; asked <= times; asked += 1) {
      if (asked > 0) await this.wait(waitMs);
      const response = await this.send({ ...order, attempt: order.attempt + asked });
      if (response.status !== 202) return this.read(order, response);
    }
    throw new Nonconformity(`${order.kind}: accepted with 202, but not answered when asked again ${times} times`);
  }

  private read(order: Order, { status, headers, body }: ExaminedResponse): Answer {
    if (status !== 200 && status !== 451) throw new Nonconformity(`${order.kind}: expected a signed answer, got HTTP ${status}`);
    const signed = verifyMessage(headers, body, this.serviceKeys, this.options.clock.now());
    if (signed.fault) throw new Nonconformity(`${order.kind}: the answer's signature is not good: ${signed.fault}`);
    if (signed.id !== order.orderId) throw new Nonconformity(`${order.kind}: webhook-id of the answer is not the order's id`);
    const checked = checkAnswer(order, body);
    if (checked.fault) throw new Nonconformity(`${order.kind}: ${checked.fault}: ${checked.detail}`);
    return checked.answer;
  }
}
