import {
  checkAnswer, generateSigningKey, parseSigningKey, parseVerifyingKey, sentinelValue, signMessage, verifyMessage,
  type Answer, type DatasetName, type Identity, type Order, type OrderKind, type ReceivedHeaders, type SigningKey, type VerifyingKey,
} from "../protocol";
import { Liveness } from "./liveness";
import { describeFault, describeStatus } from "./response-faults";
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
  /** Without them an accepted order is only asked for again, and whether a permit counts cannot be shown. */
  readonly doors?: ExaminationDoors;
}

/** Cadastre's own doors, as far as orders of this examination are concerned. */
export interface ExaminationDoors {
  /** Where the receipt of an order may be posted. */
  receiptUrl(orderId: string): string;
  /** From now on a receipt of the order is taken, and its permit given or refused. */
  open(order: Order, permitted: boolean): Promise<void>;
  /** The answer of the receipt that came for the order, signed by the service and complete. */
  receiptOf(orderId: string): Promise<Answer | undefined>;
  wasPermitAsked(orderId: string): Promise<boolean>;
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
  readonly doors: ExaminationDoors | undefined;
  readonly patience: number;
  readonly liveness = new Liveness();
  private readonly forgedKey = parseSigningKey(generateSigningKey().privateKey);
  private readonly serviceKeys: readonly VerifyingKey[];

  constructor(private readonly options: ConformanceOptions, private readonly wait: (ms: number) => Promise<unknown>) {
    this.datasets = options.datasets;
    this.doors = options.doors;
    this.patience = (options.polling ?? POLLING).times;
    // v1a only: Cadastre knows a shared secret too, so that one would prove nothing.
    this.serviceKeys = options.serviceKeys.map(parseVerifyingKey).filter(({ scheme }) => scheme === "v1a");
  }

  takes(kind: OrderKind): boolean {
    return this.options.kinds.includes(kind);
  }

  newId(): string {
    return this.options.newId();
  }

  now(): Date {
    return this.options.clock.now();
  }

  /** A person whom nobody has seen, by every type of identifier that these datasets are looked up by. */
  newPerson(datasets: readonly ExaminedDataset[]): Identity[] {
    const id = this.newId();
    const types = [...new Set(datasets.flatMap(({ identifierTypes }) => identifierTypes))];
    return types.map((type) => ({ identity_type: type, identity_value: sentinelValue(id, type), identity_format: "raw" }));
  }

  order(kind: OrderKind, parts: Partial<Order> = {}): Order {
    const orderId = this.newId();
    return {
      orderId, kind, attempt: 1, audience: this.options.audience, dryRun: false,
      submitted_time: this.now().toISOString(), due: null, subject_identities: [],
      status_callback_urls: this.doors ? [this.doors.receiptUrl(orderId)] : [],
      ...parts,
      // Services are told names, not what the register knows beside them.
      datasets: (parts.datasets ?? this.datasets).map(({ namespace, name }) => ({ namespace, name })),
    };
  }

  async send(order: Order, { ageSeconds = 0, forged, unsigned, altered }: Tampering = {}): Promise<ExaminedResponse> {
    const { orderKeys, post, url } = this.options;
    const at = new Date(this.now().getTime() - ageSeconds * 1000);
    const signature = signMessage(order.orderId, at, JSON.stringify(order), forged ? [this.forgedKey] : orderKeys);
    const headers = { "content-type": "application/json", ...(unsigned ? {} : signature) };
    try {
      return await post(url, { headers, body: JSON.stringify({ ...order, ...altered }) });
    } catch (error) {
      throw new Nonconformity(`${order.kind}: expected a response, got none: ${error instanceof Error ? error.message : "the request failed"}`);
    }
  }

  /** The final answer; an accepted order is asked for again until patience ends. */
  async ask(order: Order): Promise<Answer> {
    const answer = (await this.deliver(order)) ?? (await this.follow(order, this.patience));
    if (answer) return answer;
    throw new Nonconformity(`${order.kind}: accepted with 202, but not answered when asked again ${this.patience} times`);
  }

  /** Delivers an order for the first time: its answer, or undefined where it was accepted for later. */
  async deliver(order: Order, permitted = true): Promise<Answer | undefined> {
    await this.doors?.open(order, permitted);
    return this.read(order, await this.send(order));
  }

  /** Asks for an accepted order again, so many times or until it is answered. */
  async follow(order: Order, times: number, isOver: () => Promise<boolean> = async () => false): Promise<Answer | undefined> {
    for (let asked = 1; asked <= times; asked += 1) {
      await this.pause();
      if (await isOver()) return undefined;
      const answer = (await this.doors?.receiptOf(order.orderId)) ?? this.read(order, await this.send({ ...order, attempt: order.attempt + asked }));
      if (answer) return answer;
    }
    return undefined;
  }

  pause(): Promise<unknown> {
    return this.wait((this.options.polling ?? POLLING).waitMs);
  }

  private read(order: Order, response: ExaminedResponse): Answer | undefined {
    const { status, headers, body } = response;
    if (status === 202) return undefined;
    if (status !== 200 && status !== 451) throw new Nonconformity(`${order.kind}: expected a signed answer, got ${describeStatus(response)}`);
    const signed = verifyMessage(headers, body, this.serviceKeys, this.now());
    if (signed.fault) throw new Nonconformity(`${order.kind}: expected an answer signed by the service, got ${describeFault(signed.fault)}`);
    if (signed.id !== order.orderId) throw new Nonconformity(`${order.kind}: webhook-id of the answer is not the order's id`);
    const checked = checkAnswer(order, body);
    if (checked.fault) throw new Nonconformity(`${order.kind}: ${checked.fault}: ${checked.detail}`);
    return checked.answer;
  }
}
