/** Lineage as its definition says it, by trying everything: what the engine is measured against. Nodes and jobs are public ids. */

export interface NaiveFlow {
  readonly from: string;
  readonly to: string;
  readonly job: string | null;
  readonly provenance: string;
  readonly masking: boolean;
  /** Milliseconds, Infinity: open. */
  readonly since: number;
  readonly until: number;
}

/** From a node to a node by a job; one end may be missing where a passage leads nowhere. */
interface Hop extends Omit<NaiveFlow, "from" | "to"> {
  readonly from: string | null;
  readonly to: string | null;
  /** Through a passage: the flow into it and that out of it. */
  readonly into?: NaiveFlow;
  readonly outOf?: NaiveFlow;
}

export interface NaiveWorld {
  /** Those that hold, between different nodes. */
  readonly flows: readonly NaiveFlow[];
  readonly passages: ReadonlySet<string>;
}

export interface NaiveQuestion {
  readonly starts: readonly string[];
  /** The job where it begins, and its flows that hold, those from a node to itself among them. */
  readonly job: string | null;
  readonly flowsOfJob: readonly NaiveFlow[];
  readonly direction: "UPSTREAM" | "DOWNSTREAM" | "BOTH";
  readonly depth: number;
  readonly first: number;
  readonly includeJobs: boolean;
  /** Nodes in the order of their numbers. */
  readonly order: (node: string) => number;
}

function hopsOf({ flows, passages }: NaiveWorld): Hop[] {
  const hops: Hop[] = flows.filter(({ from, to }) => !passages.has(from) && !passages.has(to));
  for (const passage of passages) {
    const into = flows.filter(({ to }) => to === passage);
    const outOf = flows.filter(({ from }) => from === passage);
    for (const one of into) {
      hops.push({ ...one, to: null });
      for (const other of outOf) {
        const { to, provenance, masking, since, until } = other;
        const whole = { masking: one.masking || masking, since: Math.max(one.since, since), until: Math.min(one.until, until) };
        hops.push(provenance === "WITHIN" ? { ...one, to } : { ...one, ...whole, to, into: one, outOf: other });
      }
    }
    for (const one of outOf) if (one.provenance !== "WITHIN") hops.push({ ...one, from: null });
  }
  return hops;
}

interface NaiveGraph {
  readonly nodes: (readonly [string, number])[];
  readonly edges: string[];
  readonly truncatedAt: string[];
}

export function naiveLineage(world: NaiveWorld, question: NaiveQuestion): NaiveGraph {
  const { starts, job: start, flowsOfJob, direction, depth, first, includeJobs, order } = question;
  const hops = hopsOf(world);
  const shows = (job: string | null): job is string => job !== null && (includeJobs || job === start);
  const sides = direction === "BOTH" ? (["UPSTREAM", "DOWNSTREAM"] as const) : [direction];

  const distances = sides.map((side) => {
    const near = ({ from, to }: Hop): string | null => (side === "DOWNSTREAM" ? from : to);
    const far = ({ from, to }: Hop): string | null => (side === "DOWNSTREAM" ? to : from);
    const distance = new Map(starts.map((node) => [node, 0]));
    const jobs = new Map<string, number>();
    const lower = (map: Map<string, number>, node: string, value: number): boolean => {
      if (value > depth || (map.get(node) ?? Infinity) <= value) return false;
      map.set(node, value);
      return true;
    };
    if (start !== null) {
      jobs.set(start, 0);
      for (const flow of flowsOfJob) if (far(flow) !== start) lower(distance, far(flow)!, 1);
    }
    for (let changed = true; changed; ) {
      changed = false;
      for (const hop of hops) {
        const at = near(hop) === null ? undefined : distance.get(near(hop)!);
        if (at === undefined) continue;
        const shown = shows(hop.job);
        if (shown && lower(jobs, hop.job, at + 1)) changed = true;
        if (far(hop) !== null && lower(distance, far(hop)!, at + (shown ? 2 : 1))) changed = true;
      }
    }
    return { near, far, distance, jobs };
  });

  const depths = new Map<string, number>();
  for (const { distance, jobs } of distances) {
    for (const [node, at] of [...distance, ...jobs]) depths.set(node, Math.min(at, depths.get(node) ?? Infinity));
  }
  const sorted = [...depths].sort(([one, at], [other, otherAt]) => at - otherAt || order(one) - order(other));
  const begin = sorted.filter(([, at]) => at === 0).length;
  const nodes = sorted.slice(0, begin + first);
  const last = sorted.length > nodes.length ? sorted[nodes.length]![1] : Infinity;
  const has = (node: string | null): boolean => node !== null && nodes.some(([shown]) => shown === node);

  const truncated = new Set<string>();
  const edges = new Map<string, NaiveFlow & { provenances: Set<string> }>();
  const draw = (from: string, to: string, hop: Hop | NaiveFlow): void => {
    const key = `${from} ${to} ${hop.job}`;
    const known = edges.get(key) ?? { ...hop, from, to, provenances: new Set() };
    edges.set(key, {
      ...known, provenances: known.provenances.add(hop.provenance), masking: known.masking && hop.masking,
      since: Math.min(known.since, hop.since), until: Math.max(known.until, hop.until),
    });
  };
  for (const { near, far, distance } of distances) {
    for (const flow of flowsOfJob) {
      if (!has(far(flow))) truncated.add(start!);
      if (flow.from !== start && has(flow.from)) draw(flow.from, start!, flow);
      if (flow.to !== start && has(flow.to)) draw(start!, flow.to, flow);
    }
    for (const hop of hops) {
      const [here, there] = [near(hop), far(hop)];
      if (!shows(hop.job)) {
        if (has(here) && distance.get(here!)! <= last && there !== null && there !== here && !has(there)) truncated.add(here!);
        if (has(here) && has(there) && here !== there) draw(hop.from!, hop.to!, hop);
        continue;
      }
      if (has(here) && distance.get(here!)! <= last) {
        if (!has(hop.job)) truncated.add(here!);
        else if (there !== null && !has(there)) truncated.add(hop.job);
      }
      if (!has(hop.job) || !has(here)) continue;
      if (has(hop.from)) draw(hop.from!, hop.job, hop.into ?? hop);
      if (has(hop.to)) draw(hop.job, hop.to!, hop.outOf ?? hop);
    }
  }
  const iso = (at: number): string => (at === Infinity ? "null" : new Date(at).toISOString());
  return {
    nodes,
    edges: [...edges.values()]
      .map((edge) => `${edge.from} ${edge.to} ${edge.job} ${edge.masking} ${iso(edge.since)} ${iso(edge.until)} ${[...edge.provenances].sort().join()}`)
      .sort(),
    truncatedAt: nodes.map(([node]) => node).filter((node) => truncated.has(node)),
  };
}

/** Every path that comes through no node twice, the shortest first, then by the nodes' order. */
export function naivePaths(world: NaiveWorld, from: string, to: string, order: (node: string) => number): string[][] {
  const hops = hopsOf(world);
  const found: string[][] = [];
  const go = (path: string[]): void => {
    const last = path.at(-1)!;
    if (last === to) return void found.push(path);
    for (const next of new Set(hops.filter((hop) => hop.from === last).map((hop) => hop.to))) {
      if (next !== null && !path.includes(next)) go([...path, next]);
    }
  };
  go([from]);
  const compare = (one: string[], other: string[]): number => {
    const place = one.findIndex((node, index) => node !== other[index]);
    return one.length - other.length || (place < 0 ? 0 : order(one[place]!) - order(other[place]!));
  };
  return found.sort(compare);
}
