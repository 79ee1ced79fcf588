import type { Deps } from "../../platform/deps";
import type { Outbound } from "../../platform/outbound/outbound";
import type { OrderRecord } from "../model";
import { type OrderOwner, type OrderOwners, ownersByName } from "../order-owner";
import { callService, type Letter } from "../outbound/call-service";
import { BATCH, freeSlots } from "../slots-model";
import { claimOrders } from "../use-cases/claim-orders";
import { keepLeases, LATER_MS, renewalOf, returnLeases } from "../use-cases/keep-leases";
import { type FinishedCall, recordCalls } from "../use-cases/record-calls";
import { setGoneOrdersAside } from "../use-cases/set-gone-orders-aside";
import { withdrawUnrendered } from "../use-cases/withdraw-unrendered";
import { writeLetters } from "../use-cases/write-letters";
import { isGone } from "../verdict-model";
import { onWake } from "../wake";
import { Bell } from "./bell";

/** How often to look for what other processes enqueued, and what has become due. Real time, because the clock may stand still. */
const LOOK_EVERY_MS = 500;

/** How long a stop waits for calls in flight. An order whose call takes longer is sent again, under its id, when its lease has run out. */
const DRAIN_MS = 10_000;

export interface DispatcherOptions {
  readonly outbound: Outbound;
  readonly owners: readonly OrderOwner[];
  readonly drainMs?: number;
  /** Told of each call: the order's kind, and ANSWERED, ACCEPTED or the error. */
  readonly countCall?: (kind: string, outcome: string) => void;
}

/** Delivers orders, in as many processes as there are. */
export interface Dispatcher {
  readonly name: "deliver-orders";
  /** One round by itself: claims what is due, calls, records. Answers how many orders were claimed. */
  runOnce(): Promise<number>;
  start(): void;
  /** Claims nothing any more, gives back what is not called yet, and records the calls that end within a while. */
  stop(): Promise<void>;
}

interface CallInFlight {
  readonly since: number;
  readonly ended: Promise<void>;
}

export const createDispatcher = (deps: Deps, options: DispatcherOptions): Dispatcher => new OrderDispatcher(deps, options);

/**
 *      ┌──────────────────────────── one loop ────────────────────────────┐
 *      ▼                                                                  │
 *   ┌─ record what has finished ───────────────────────┐                  │
 *   └─ claim as many as there are free slots ─▶ render ┴─▶ wait for a call to end, a wake-up, or half a second
 *                                                 │                       ▲
 *                                                 └─▶ call (no transaction)
 *
 * Calls go on all the time. Whatever finishes while a batch is being recorded makes the next batch: the busier, the larger.
 */
class OrderDispatcher implements Dispatcher {
  readonly name = "deliver-orders";
  private readonly worker: string;
  private readonly owners: OrderOwners;
  private readonly bell = new Bell();
  private readonly inFlight = new Map<OrderRecord, CallInFlight>();
  private finished: FinishedCall[] = [];
  private renewAt = new Date(0);
  private lookedForGoneAt = -Infinity;
  private stopping = false;
  private loop: Promise<void> | undefined;
  private sleepOn: (() => void) | undefined;

  constructor(
    private readonly deps: Deps,
    private readonly options: DispatcherOptions,
  ) {
    this.worker = deps.ids.uuid();
    this.owners = ownersByName(options.owners);
  }

  async runOnce(): Promise<number> {
    const claimed = await this.claimAndCall(BATCH);
    await Promise.all([...this.inFlight.values()].map(({ ended }) => ended));
    await this.record();
    await this.setGoneAside();
    return claimed;
  }

  start(): void {
    this.stopping = false;
    this.sleepOn = onWake(() => this.bell.ring());
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.sleepOn?.();
    this.bell.ring();
    await this.loop;
    const deadline = performance.now() + (this.options.drainMs ?? DRAIN_MS);
    while (this.inFlight.size > 0 && performance.now() < deadline) await this.bell.wait(deadline - performance.now());
    await this.record();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.round();
      } catch (error) {
        this.deps.log.error({ err: error }, "a round of deliveries failed; leases that are lost run out by themselves");
      }
      await this.bell.wait(LOOK_EVERY_MS);
    }
  }

  private async round(): Promise<void> {
    if (performance.now() - this.lookedForGoneAt >= LOOK_EVERY_MS) await this.setGoneAside();
    // Before the claim: with a clock that leaps, it would find our own leases run out.
    if (this.deps.clock.now() >= this.renewAt && this.leased().length > 0) await this.keepLeases();
    const free = this.freeSlots();
    await Promise.all([this.record(), free > 0 ? this.claimAndCall(free) : undefined]);
  }

  /** Orders that are being called, and those whose outcome is not recorded yet. */
  private leased(): OrderRecord[] {
    return [...this.inFlight.keys(), ...this.finished.map(({ order }) => order)];
  }

  /** In real time, as timeouts are. */
  private freeSlots(): number {
    const now = performance.now();
    return freeSlots([...this.inFlight.values()].map(({ since }) => now - since));
  }

  private async claimAndCall(limit: number): Promise<number> {
    const { orders, until } = await claimOrders(this.deps, this.owners, { worker: this.worker, limit });
    if (orders.length === 0) return 0;
    if (this.inFlight.size === 0) this.renewAt = renewalOf(until);
    const { letters, unwanted, unwritten } = await writeLetters(this.deps, this.owners, orders);
    await withdrawUnrendered(this.deps, this.owners, unwanted);
    await returnLeases(this.deps, unwritten, LATER_MS);
    if (this.stopping) {
      await returnLeases(this.deps, letters.map((each) => each.order), 0);
    } else if (this.deps.clock.now() < until) {
      for (const { order, letter } of letters) this.inFlight.set(order, { since: performance.now(), ended: this.call(order, letter) });
    }
    return orders.length;
  }

  private async call(order: OrderRecord, letter: Letter): Promise<void> {
    try {
      const verdict = await callService(this.options.outbound, this.deps.clock, letter);
      this.finished.push({ order, verdict });
      this.options.countCall?.(order.kind, verdict.type === "FAILED" ? verdict.error : verdict.type);
    } catch (error) {
      this.deps.log.error({ err: error, order: order.id }, "a call failed for a reason of ours; its lease runs out by itself");
    } finally {
      this.inFlight.delete(order);
      this.bell.ring();
    }
  }

  private async record(): Promise<void> {
    const batch = this.finished;
    this.finished = [];
    if (batch.length === 0) return;
    await recordCalls(this.deps, this.owners, batch);
    // Its services can take more now, which a claim made meanwhile did not know.
    this.bell.ring();
    if (batch.some(({ verdict }) => verdict.type === "FAILED" && isGone(verdict))) await this.setGoneAside();
  }

  private async keepLeases(): Promise<void> {
    this.renewAt = renewalOf(await keepLeases(this.deps, this.leased()));
  }

  private async setGoneAside(): Promise<void> {
    this.lookedForGoneAt = performance.now();
    while (await setGoneOrdersAside(this.deps, this.owners));
  }
}
