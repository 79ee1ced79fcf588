import { type Adjacency, Chains, compress, EMPTY_ADJACENCY } from "./adjacency";
import {
  type FlowBatch, FROM_IS_PASSAGE, HAS_NOTE, type Identity, IS_MASKED, PROVENANCE_MASK, PROVENANCE_SHIFT, STORED_PROVENANCES, TO_IS_PASSAGE,
} from "./flow-batch";
import { FlowColumns } from "./flow-columns";
import type { FlowGraph, FlowTable, Side, StoredFlow } from "./flow-graph";
import { Identities } from "./identities";
import { NumberSet } from "./number-set";

/** Fewer flows are not worth compressing. */
const CHAINED_AT_LEAST = 16_384;

/**
 * A table of flows in memory: a compressed adjacency of most of them in both directions, and beside it chains of those that came
 * since; when these are an eighth, all is compressed again. Adjacency goes by numbers as stored, so that merging and taking apart
 * change nothing but how numbers are read. Numbers of flows stay valid for ever.
 */
export class CompressedGraph implements FlowGraph {
  private readonly columns = new FlowColumns();
  private readonly identities = new Identities();
  private readonly passages = new NumberSet();
  private base = 0;
  private out = EMPTY_ADJACENCY;
  private in = EMPTY_ADJACENCY;
  private outChains = new Chains(0);
  private inChains = new Chains(0);
  /** Flows by the row's id, plus one: those that are compressed, and the others. */
  private compressedById = new Int32Array(0);
  private chainedById = new Map<number, number>();

  constructor(private readonly table: FlowTable) {}

  /** Flows that it holds. */
  get count(): number {
    return this.columns.count;
  }

  /** Makes room for so many flows at once; what is not used of it takes no memory. */
  reserve(flows: number): void {
    this.columns.reserve(flows);
  }

  /** Takes over many rows that it does not have, each once; `compress` makes them readable. */
  load(batch: FlowBatch): void {
    for (let row = 0; row < batch.count; row += 1) {
      this.columns.append(batch, row);
      this.markPassages(batch, row);
    }
  }

  /** Takes over rows, new ones and new versions of those that it has, in any order and any number of times. */
  apply(batch: FlowBatch): void {
    for (let row = 0; row < batch.count; row += 1) {
      const known = this.flowOfRow(batch.id[row]!);
      if (known === undefined) this.add(batch, row);
      else this.columns.update(known, batch, row);
    }
    if (this.columns.count - this.base > Math.max(CHAINED_AT_LEAST, this.base >>> 3)) this.compress();
  }

  identify(identities: Iterable<Identity>): void {
    for (const identity of identities) this.identities.set(identity);
  }

  root(number: number): number {
    return this.identities.root(number);
  }

  eachFlow(node: number, side: Side, visit: (flow: number, far: number) => void): void {
    const far = side === "OUT" ? this.columns.to : this.columns.from;
    const adjacency = side === "OUT" ? this.out : this.in;
    const chains = side === "OUT" ? this.outChains : this.inChains;
    this.eachOfNumber(node, node, far, adjacency, chains, visit);
    for (const other of this.identities.othersOf(node)) this.eachOfNumber(other, node, far, adjacency, chains, visit);
  }

  since(flow: number): number {
    return this.columns.since[flow]!;
  }

  until(flow: number): number {
    return this.columns.untilOf(flow);
  }

  stored(flow: number, side: Side): number {
    return (side === "OUT" ? this.columns.to : this.columns.from)[flow]!;
  }

  flow(flow: number): StoredFlow {
    const { id, from, to, job, since, until, bits } = this.columns;
    const set = bits[flow]!;
    return {
      id: id[flow]!,
      from: this.root(from[flow]!),
      to: this.root(to[flow]!),
      job: job[flow]!,
      provenance: STORED_PROVENANCES[(set >>> PROVENANCE_SHIFT) & PROVENANCE_MASK]!,
      masking: (set & IS_MASKED) !== 0,
      columns: this.table === "flows" && (set & HAS_NOTE) !== 0,
      indirect: this.table === "field_flows" && (set & HAS_NOTE) !== 0,
      since: since[flow]!,
      until: until[flow]!,
    };
  }

  /** All that it holds. */
  flows(): StoredFlow[] {
    return Array.from({ length: this.count }, (_, flow) => this.flow(flow));
  }

  isPassage(node: number): boolean {
    if (this.passages.has(node)) return true;
    for (const other of this.identities.othersOf(node)) if (this.passages.has(other)) return true;
    return false;
  }

  private eachOfNumber(
    number: number,
    node: number,
    far: Int32Array,
    { offsets, pairs }: Adjacency,
    chains: Chains,
    visit: (flow: number, far: number) => void,
  ): void {
    if (number + 1 < offsets.length) {
      const end = 2 * offsets[number + 1]!;
      for (let place = 2 * offsets[number]!; place < end; place += 2) {
        const other = this.identities.root(pairs[place + 1]!);
        if (other !== node) visit(pairs[place]!, other);
      }
    }
    for (let flow = chains.first(number); flow >= 0; flow = chains.after(flow)) {
      const other = this.identities.root(far[flow]!);
      if (other !== node) visit(flow, other);
    }
  }

  private flowOfRow(id: number): number | undefined {
    const compressed = id < this.compressedById.length ? this.compressedById[id]! : 0;
    return compressed > 0 ? compressed - 1 : this.chainedById.get(id);
  }

  private add(batch: FlowBatch, row: number): void {
    const flow = this.columns.append(batch, row);
    this.chainedById.set(batch.id[row]!, flow);
    this.outChains.add(batch.from[row]!, flow);
    this.inChains.add(batch.to[row]!, flow);
    this.markPassages(batch, row);
  }

  private markPassages(batch: FlowBatch, row: number): void {
    const bits = batch.bits[row]!;
    if ((bits & FROM_IS_PASSAGE) !== 0) this.passages.add(batch.from[row]!);
    if ((bits & TO_IS_PASSAGE) !== 0) this.passages.add(batch.to[row]!);
  }

  compress(): void {
    const { count, id, from, to } = this.columns;
    let nodes = 0;
    let ids = 0;
    for (let flow = 0; flow < count; flow += 1) {
      nodes = Math.max(nodes, from[flow]!, to[flow]!);
      ids = Math.max(ids, id[flow]!);
    }
    this.out = compress(from, to, count, nodes + 1);
    this.in = compress(to, from, count, nodes + 1);
    this.compressedById = new Int32Array(ids + 1);
    for (let flow = 0; flow < count; flow += 1) this.compressedById[id[flow]!] = flow + 1;
    this.base = count;
    this.outChains = new Chains(count);
    this.inChains = new Chains(count);
    this.chainedById = new Map();
  }
}
