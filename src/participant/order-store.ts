import type { Answer, AskedOrder, DatasetResult, FoundIdentity, Order } from "../protocol";

/** What must be kept of an order to answer it: nothing about the person. */
export type RememberedOrder = AskedOrder & Pick<Order, "status_callback_urls">;

/** What the datasets had to say. Identifiers of the person are remembered only until the answer that tells them is handed over. */
export interface Findings {
  readonly results: readonly DatasetResult[];
  readonly identities: readonly FoundIdentity[];
}

/** What a service remembers of an order, as plain JSON. */
export type KnownOrder =
  /** `findings`: of the datasets that answered at once. */
  | { readonly state: "ACCEPTED"; readonly order: RememberedOrder; readonly findings: Findings }
  | { readonly state: "ANSWERED"; readonly order: RememberedOrder; readonly answer: Answer }
  /** `findings`: what the recall was answered. */
  | { readonly state: "RECALLED"; readonly findings: Findings };

/** One order, locked for one step. */
export interface OrderSlot<Tx> {
  readonly known: KnownOrder | undefined;
  readonly tx: Tx;
  /** Remembers `next` instead; `undefined` forgets the order. */
  keep(next: KnownOrder | undefined): Promise<void>;
}

/**
 * The memory that makes a repeated order harmless. `transact` runs `step` alone for its order: deliveries of the same order queue up.
 * With a database it is one transaction around everything the handlers do with `tx` and what `keep` writes,
 * and a `step` that throws leaves nothing behind: effect and answer are kept together or not at all.
 */
export interface OrderStore<Tx = unknown> {
  transact<Result>(orderId: string, step: (slot: OrderSlot<Tx>) => Promise<Result>): Promise<Result>;
}

/**
 * For tests, and for services whose handlers never answer `accepted()`: it forgets with the process.
 * Remembers the newest 10,000 answers; accepted orders stay until they are completed.
 */
export class MemoryOrderStore implements OrderStore<undefined> {
  private readonly orders = new Map<string, KnownOrder>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly capacity = 10_000) {}

  async transact<Result>(orderId: string, step: (slot: OrderSlot<undefined>) => Promise<Result>): Promise<Result> {
    const before = this.turns.get(orderId) ?? Promise.resolve();
    const turn = before.then(() => this.run(orderId, step), () => this.run(orderId, step));
    this.turns.set(orderId, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(orderId) === turn) this.turns.delete(orderId);
    }
  }

  private async run<Result>(orderId: string, step: (slot: OrderSlot<undefined>) => Promise<Result>): Promise<Result> {
    const known = this.orders.get(orderId);
    let next = known;
    const result = await step({
      known,
      tx: undefined,
      keep: async (kept) => {
        next = kept;
      },
    });
    this.orders.delete(orderId);
    if (next) this.orders.set(orderId, next);
    this.evict();
    return result;
  }

  private evict(): void {
    for (const [orderId, known] of this.orders) {
      if (this.orders.size <= this.capacity) return;
      if (known.state !== "ACCEPTED") this.orders.delete(orderId);
    }
  }
}
