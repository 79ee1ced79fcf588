import type { FlowBatch } from "./flow-batch";

const ROOM_AT_LEAST = 64;
/** Beside the bits of a batch: that `until` is Infinity. Walks ask it of every flow, and a byte is sooner had than the instant. */
const IS_OPEN = 128;

/** Stored flows by their number in the graph, which never changes: some 33 bytes each. */
export class FlowColumns {
  count = 0;
  id = new Int32Array(0);
  from = new Int32Array(0);
  to = new Int32Array(0);
  job = new Int32Array(0);
  since = new Float64Array(0);
  until = new Float64Array(0);
  bits = new Uint8Array(0);

  /** Makes room for so many flows in all. */
  reserve(capacity: number): void {
    if (capacity <= this.id.length) return;
    const longer = <Column extends Int32Array | Float64Array | Uint8Array>(made: Column, old: Column): Column => {
      made.set(old);
      return made;
    };
    this.id = longer(new Int32Array(capacity), this.id);
    this.from = longer(new Int32Array(capacity), this.from);
    this.to = longer(new Int32Array(capacity), this.to);
    this.job = longer(new Int32Array(capacity), this.job);
    this.since = longer(new Float64Array(capacity), this.since);
    this.until = longer(new Float64Array(capacity), this.until);
    this.bits = longer(new Uint8Array(capacity), this.bits);
  }

  /** Adds a row of the batch and returns the flow's number. */
  append(batch: FlowBatch, row: number): number {
    const flow = this.count;
    if (flow === this.id.length) this.reserve(flow + Math.max(ROOM_AT_LEAST, flow >>> 3));
    this.count += 1;
    this.id[flow] = batch.id[row]!;
    this.from[flow] = batch.from[row]!;
    this.to[flow] = batch.to[row]!;
    this.job[flow] = batch.job[row]!;
    this.update(flow, batch, row);
    return flow;
  }

  untilOf(flow: number): number {
    return (this.bits[flow]! & IS_OPEN) !== 0 ? Infinity : this.until[flow]!;
  }

  /** The ends and the job of a row never change. */
  update(flow: number, batch: FlowBatch, row: number): void {
    this.since[flow] = batch.since[row]!;
    this.until[flow] = batch.until[row]!;
    this.bits[flow] = batch.bits[row]! | (batch.until[row] === Infinity ? IS_OPEN : 0);
  }
}
