import { setImmediate as nextTurn } from "node:timers/promises";

/** The most that is written together. */
export interface GroupLimits {
  readonly items: number;
  readonly bytes: number;
}

interface Waiting<Item, Verdict> {
  readonly item: Item;
  readonly bytes: number;
  readonly settle: (verdict: Verdict) => void;
}

interface Lane<Item, Verdict> {
  readonly waiting: Waiting<Item, Verdict>[];
  next: number;
}

/** A group costs milliseconds whatever its size: those who were just answered are worth waiting for as long. */
const GATHER_MS = 2;

/**
 * Group commit: the items that arrive while a group is being written are written together in the next one, and are answered when it has
 * been committed; there is never more than one under way. The senders take turns, item by item, so that none has to wait for all of another's.
 * `commit` answers a verdict for each item in their order, and must not throw.
 */
export class GroupCommit<Item, Verdict> {
  private readonly lanes = new Map<string, Lane<Item, Verdict>>();
  private running = false;
  private waiting = 0;
  /** How many may be on their way: as many as were under way when the last group ended. */
  private expected = 0;
  /** Ends the gathering that is under way. */
  private gathered = (): void => undefined;

  constructor(
    private readonly limits: GroupLimits,
    private readonly commit: (items: readonly Item[]) => Promise<readonly Verdict[]>,
  ) {}

  /** Has a sender's item of `bytes` written; never throws. */
  add(item: Item, sender: string, bytes: number): Promise<Verdict> {
    return new Promise((settle) => {
      let lane = this.lanes.get(sender);
      if (lane === undefined) this.lanes.set(sender, (lane = { waiting: [], next: 0 }));
      lane.waiting.push({ item, bytes, settle });
      this.waiting += 1;
      if (this.waiting >= this.expected) this.gathered();
      this.wake();
    });
  }

  private wake(): void {
    if (this.running) return;
    this.running = true;
    void this.run();
  }

  private async run(): Promise<void> {
    while (this.lanes.size > 0) {
      await this.gather();
      const group = this.take();
      const verdicts = await this.commit(group.map(({ item }) => item));
      for (const [index, { settle }] of group.entries()) settle(verdicts[index] as Verdict);
      this.expected = Math.min(group.length + this.waiting, this.limits.items);
    }
    this.running = false;
  }

  /** Lets those arrive who were answered a moment ago and send again. */
  private async gather(): Promise<void> {
    await nextTurn();
    if (this.waiting >= this.expected) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.gathered = resolve;
      timer = setTimeout(resolve, GATHER_MS);
    });
    clearTimeout(timer);
  }

  /** The next group: of each sender in turn its first, until there are enough. A sender that was served goes to the end. */
  private take(): Waiting<Item, Verdict>[] {
    const group: Waiting<Item, Verdict>[] = [];
    let bytes = 0;
    while (this.lanes.size > 0 && group.length < this.limits.items && bytes < this.limits.bytes) {
      this.waiting -= 1;
      const [[sender, lane]] = this.lanes as unknown as [[string, Lane<Item, Verdict>]];
      const waiting = lane.waiting[lane.next++] as Waiting<Item, Verdict>;
      group.push(waiting);
      bytes += waiting.bytes;
      this.lanes.delete(sender);
      if (lane.next < lane.waiting.length) this.lanes.set(sender, lane);
    }
    return group;
  }
}
