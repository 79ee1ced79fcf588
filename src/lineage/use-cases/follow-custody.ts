import type { Reader } from "../../platform/database/sql";
import { courseOfCustody, findExcluded, walkCustody } from "../graph/custody-walk";
import { nearest, pathTo } from "../graph/downstream";
import type { DisposalKind } from "../model";
import { listAttested, listDisposals } from "../storage/custody-queries";
import { openGraph } from "../storage/flow-graph-queries";

/** Why a dataset that received content holds none any more: its owner said so. */
export interface Exclusion {
  readonly reason: "ATTESTED" | DisposalKind;
  /** When the attestation was confirmed, or the dataset disposed of. */
  readonly at: Date;
}

/** A dataset that ever received content, by numbers. */
export interface Trail {
  readonly number: number;
  /** From where it began to the dataset itself, both included. */
  readonly path: readonly number[];
  readonly excluded: Exclusion | null;
}

interface Trails {
  /** The nearest first; where it began is not among them. */
  readonly trails: readonly Trail[];
  /** Where flows led on beyond the first ones. */
  readonly truncatedAt: readonly number[];
  /** Where it began, by each number asked for: another name begins at its root. */
  readonly starts: ReadonlyMap<number, number>;
  /** Datasets that are attested anonymous, and since when. */
  readonly attested: ReadonlyMap<number, Date>;
}

/**
 * Follows what ever flowed out of datasets, as far as it goes; answers the nearest `first`, judged by the whole.
 * `unlessAttested`: it does not begin at those that are attested anonymous themselves.
 */
export async function followCustody(reader: Reader, from: readonly number[], first: number, { unlessAttested = false } = {}): Promise<Trails> {
  // Disposals before the flows, attestations after them: whatever is committed in between ends custody of less, never of more. A run that ends
  // is told of as open or by its later flow, and an attestation that a joined name has ended counts no more where the names are one.
  const disposals = await listDisposals(reader);
  const graph = await openGraph(reader, { table: "custody_flows", from, sides: ["OUT"] });
  const attested = await listAttested(reader);
  const isAttested = (node: number): boolean => attested.has(node);
  const starts = new Map(from.map((number) => [number, graph.root(number)]));
  // The graph goes on with what others read: from here on nothing comes between.
  const walked = walkCustody(graph, [...starts.values()].filter((start) => !(unlessAttested && isAttested(start))), isAttested);
  const excluded = findExcluded(graph, walked, isAttested, disposals);
  const cut = nearest(graph, walked, courseOfCustody(isAttested), first);
  const exclusionOf = (number: number): Exclusion | null => {
    const reason = excluded.get(number);
    if (reason === undefined) return null;
    return reason === "ATTESTED" ? { reason, at: attested.get(number)! } : { reason: reason.kind, at: new Date(reason.at) };
  };
  const trails = cut.listed.map((number): Trail => ({ number, path: pathTo(cut, number), excluded: exclusionOf(number) }));
  return { trails, truncatedAt: cut.truncatedAt, starts, attested };
}
