import { courseOfCustody, type Disposed, findExcluded, walkCustody } from "../../src/lineage/graph/custody-walk";
import { nearest, pathTo } from "../../src/lineage/graph/downstream";
import type { FlowGraph, StoredFlow } from "../../src/lineage/graph/flow-graph";
import { flow, listedGraph } from "./listed-graph";

const [CRM, COPY, MART, EXPORT, JOB] = [1, 2, 3, 4, 100];
const NOBODY: ReadonlySet<number> = new Set();

interface Told {
  readonly attested?: ReadonlySet<number>;
  readonly disposals?: ReadonlyMap<number, readonly Disposed[]>;
  readonly first?: number;
}

/** That a dataset was emptied, of the numbers in `covers`; without more it was never another's former name. */
const disposal = (kind: Disposed["kind"], at: number, covers: readonly number[] = [COPY], renamedAt = -Infinity): Disposed => ({ kind, at, covers: new Set(covers), renamedAt });

/** Path and reason of exclusion of what is listed, by number. */
function custody(graph: FlowGraph, from: readonly number[], { attested = NOBODY, disposals = new Map(), first = Infinity }: Told = {}) {
  const isAttested = (node: number): boolean => attested.has(node);
  const walked = walkCustody(graph, from, isAttested);
  const excluded = findExcluded(graph, walked, isAttested, disposals);
  const cut = nearest(graph, walked, courseOfCustody(isAttested), first);
  return { truncatedAt: [...cut.truncatedAt], nodes: cut.listed.map((node) => ({ node, path: pathTo(cut, node), excluded: kindOf(excluded.get(node)) })) };
}
const kindOf = (reason: "ATTESTED" | Disposed | undefined): string | null => (reason === undefined || reason === "ATTESTED" ? (reason ?? null) : reason.kind);
const excludedOf = (graph: FlowGraph, ...disposed: readonly Disposed[]): string | null =>
  custody(graph, [CRM], { disposals: new Map([[COPY, disposed]]) }).nodes.find((found) => found.node === COPY)!.excluded;

test("lists every dataset that ever received the content, the nearest first, each with the way that led there", () => {
  const graph = listedGraph([flow(MART, EXPORT), flow(CRM, COPY), flow(COPY, MART), flow(MART, CRM)]);
  expect(custody(graph, [CRM])).toEqual({
    truncatedAt: [],
    nodes: [
      { node: COPY, path: [CRM, COPY], excluded: null },
      { node: MART, path: [CRM, COPY, MART], excluded: null },
      { node: EXPORT, path: [CRM, COPY, MART, EXPORT], excluded: null },
    ],
  });
});

test("passes through jobs, which are no step and not in the path", () => {
  const graph = listedGraph([flow(CRM, JOB), flow(JOB, COPY), flow(COPY, JOB), flow(JOB, MART)], new Set([JOB]));
  expect(custody(graph, [CRM]).nodes.map(({ path }) => path)).toEqual([[CRM, COPY], [CRM, MART]]);
});

test("stops at what is attested anonymous and tells so, whatever flowed there since", () => {
  const graph = listedGraph([flow(CRM, COPY), flow(COPY, MART)]);
  const disposals = new Map([[COPY, [disposal("DROPPED", 5)]]]);
  expect(custody(graph, [CRM], { attested: new Set([COPY]), disposals }).nodes).toEqual([{ node: COPY, path: [CRM, COPY], excluded: "ATTESTED" }]);
});

test("walks through what was disposed of", () => {
  const graph = listedGraph([flow(CRM, COPY, { until: 3 }), flow(COPY, MART, { until: 4 })]);
  expect(custody(graph, [CRM], { disposals: new Map([[COPY, [disposal("DROPPED", 5)]]]) }).nodes.map(({ node, excluded }) => [node, excluded])).toEqual([
    [COPY, "DROPPED"], [MART, null],
  ]);
});

test.each([
  ["a flow at the very instant of the disposal does not bring it back", 5, "TRUNCATED"],
  ["a later flow brings it back", 6, null],
])("%s", (_name, until, excluded) => {
  expect(excludedOf(listedGraph([flow(CRM, COPY, { until })]), disposal("TRUNCATED", 5))).toBe(excluded);
});

test("a declaration that stands fills again what was truncated or rebuilt, and what was dropped only if it was made since", () => {
  const standing = listedGraph([flow(CRM, COPY, { since: 1 })]);
  expect(excludedOf(standing, disposal("TRUNCATED", 5))).toBeNull();
  expect(excludedOf(standing, disposal("REBUILT", 5))).toBeNull();
  expect(excludedOf(standing, disposal("DROPPED", 5))).toBe("DROPPED");
  expect(excludedOf(standing, disposal("DROPPED", 1))).toBe("DROPPED");
  expect(excludedOf(listedGraph([flow(CRM, COPY, { since: 6 })]), disposal("DROPPED", 5))).toBeNull();
});

test("a disposal ends only what came under the numbers that it covers, whenever that came", () => {
  const graph = listedGraph([flow(CRM, COPY, { until: 3 }), flow(CRM, 20, { until: 3 })], new Set(), new Map([[20, COPY]]));
  expect(excludedOf(graph, disposal("DROPPED", 5))).toBeNull();
  expect(excludedOf(graph, disposal("DROPPED", 5, [20]))).toBeNull();
  expect(excludedOf(graph, disposal("DROPPED", 5, [COPY, 20]))).toBe("DROPPED");
});

test("of several disposals each flow must be ended by one, and the latest is told", () => {
  const graph = listedGraph([flow(CRM, COPY, { until: 8 }), flow(CRM, 20, { until: 3 })], new Set(), new Map([[20, COPY]]));
  expect(excludedOf(graph, disposal("REBUILT", 5, [20]), disposal("TRUNCATED", 9))).toBe("TRUNCATED");
  expect(excludedOf(graph, disposal("TRUNCATED", 9), disposal("REBUILT", 5, [20]))).toBe("TRUNCATED");
  expect(excludedOf(graph, disposal("REBUILT", 2, [20]), disposal("TRUNCATED", 9))).toBeNull();
});

test("of a former name, what came before it became one, or may have, went elsewhere and is not ended", () => {
  const former = (since: number, until: number): FlowGraph => listedGraph([flow(CRM, COPY, { since, until })]);
  expect(excludedOf(former(4, 6), disposal("DROPPED", 9, [COPY], 5))).toBeNull();
  expect(excludedOf(former(5, 6), disposal("DROPPED", 9, [COPY], 5))).toBeNull();
  expect(excludedOf(former(6, 7), disposal("DROPPED", 9, [COPY], 5))).toBe("DROPPED");
  expect(excludedOf(former(6, Infinity), disposal("DROPPED", 9, [COPY], 5))).toBeNull();
});

test("a later flow from elsewhere, which does not carry the content, brings nothing back", () => {
  const graph = listedGraph([flow(CRM, COPY, { until: 3 }), flow(EXPORT, COPY, { until: 9 })]);
  expect(excludedOf(graph, disposal("DROPPED", 5))).toBe("DROPPED");
});

test("a later flow out of what is attested anonymous brings nothing back", () => {
  const graph = listedGraph([flow(CRM, COPY, { until: 3 }), flow(CRM, MART), flow(MART, COPY, { until: 9 })]);
  const told = { attested: new Set([MART]), disposals: new Map([[COPY, [disposal("DROPPED", 5)]]]) };
  expect(custody(graph, [CRM], told).nodes.map(({ excluded }) => excluded)).toEqual(["DROPPED", "ATTESTED"]);
});

test("a cut walk names where it was cut, and judges disposals by all there is", () => {
  const graph = listedGraph([flow(CRM, COPY, { until: 3 }), flow(CRM, JOB), flow(JOB, MART), flow(MART, COPY, { until: 9 }), flow(COPY, JOB), flow(MART, EXPORT)], new Set([JOB]));
  const cut = custody(graph, [CRM], { disposals: new Map([[COPY, [disposal("DROPPED", 5)]]]), first: 1 });
  expect(cut).toEqual({ truncatedAt: [CRM, COPY], nodes: [{ node: COPY, path: [CRM, COPY], excluded: null }] });
  expect(custody(graph, [CRM], { first: 2 }).truncatedAt).toEqual([MART]);
  expect(custody(graph, [CRM], { first: 3 }).truncatedAt).toEqual([]);
});

test("names of one dataset are one", () => {
  const graph = listedGraph([flow(CRM, 20), flow(COPY, MART)], new Set(), new Map([[20, COPY]]));
  expect(custody(graph, [CRM]).nodes.map(({ path }) => path)).toEqual([[CRM, COPY], [CRM, COPY, MART]]);
});

describe("on random graphs", () => {
  /** Numbers below a bound, the same each time. */
  const randomFrom = (seed: number) => {
    let state = seed * 2_654_435_761 + 1;
    return (below: number): number => {
      state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
      return ((state ^ (state >>> 13)) >>> 0) % below;
    };
  };

  interface Company {
    readonly flows: StoredFlow[];
    readonly passages: Set<number>;
    readonly roots: Map<number, number>;
    readonly attested: Set<number>;
    readonly disposals: Map<number, Disposed[]>;
    readonly from: number[];
  }

  const DATASETS = 12;
  function randomCompany(seed: number): Company {
    const below = randomFrom(seed);
    const chance = (percent: number): boolean => below(100) < percent;
    const numbers = Array.from({ length: DATASETS }, (_, index) => index + 1);
    const passages = new Set([101, 102]);
    const ends = [...numbers, ...passages];
    const end = (): number => ends[below(ends.length)]!;
    const times = (): Partial<StoredFlow> => {
      const since = below(10);
      return { since, until: chance(25) ? Infinity : since + below(10) };
    };
    const randomDisposal = (number: number): Disposed =>
      disposal((["DROPPED", "TRUNCATED", "REBUILT"] as const)[below(3)]!, below(24), [number, number + 8].filter(() => chance(85)), chance(20) ? below(8) : -Infinity);
    return {
      flows: Array.from({ length: below(25) }, () => flow(end(), end(), times())),
      passages,
      roots: new Map(numbers.filter((number) => number > 8 && chance(50)).map((number) => [number, number - 8])),
      attested: new Set(numbers.filter(() => chance(10))),
      disposals: new Map(
        numbers.filter(() => chance(60)).map((number) => [number, Array.from({ length: 1 + below(3) }, () => randomDisposal(number))]),
      ),
      from: chance(30) ? [1, 2] : [1],
    };
  }

  /** The rules of custody, word by word: every simple way, tried one after the other. */
  function naive({ flows, passages, roots, attested, disposals, from }: Company) {
    const root = (number: number): number => roots.get(number) ?? number;
    const starts = new Set(from.map(root));
    const edges = flows.map((each) => ({ ...each, from: root(each.from), to: root(each.to), name: each.to })).filter((each) => each.from !== each.to);
    const walked = new Set(starts);
    const steps = new Map<number, number>([...starts].map((start) => [start, 0]));
    for (let changed = true; changed; ) {
      changed = false;
      for (const each of edges) {
        const near = steps.get(each.from);
        if (near === undefined || (attested.has(each.from) && !starts.has(each.from))) continue;
        walked.add(each.from);
        const far = near + (passages.has(each.to) ? 0 : 1);
        if (far >= (steps.get(each.to) ?? Infinity)) continue;
        steps.set(each.to, far);
        changed = true;
      }
    }
    const judge = (node: number): string | null => {
      if (attested.has(node)) return "ATTESTED";
      const disposed = disposals.get(node) ?? [];
      const brought = edges.filter((each) => each.to === node && walked.has(each.from));
      const isEnded = brought.every((each) =>
        disposed.some(({ kind, at, covers, renamedAt }) => {
          const isMeant = covers.has(each.name) && (renamedAt === -Infinity || renamedAt < each.since);
          if (each.until < Infinity) return isMeant && each.until <= at;
          return isMeant && kind === "DROPPED" && renamedAt === -Infinity && each.since <= at;
        }),
      );
      const latest = Math.max(...disposed.map(({ at }) => at));
      return disposed.length > 0 && isEnded ? disposed.find(({ at }) => at === latest)!.kind : null;
    };
    const listed = [...steps.keys()].filter((node) => !starts.has(node) && !passages.has(node));
    return new Map(listed.map((node) => [node, { steps: steps.get(node)!, excluded: judge(node) }]));
  }

  test("custody is what its rules say, word by word", () => {
    const met = new Set<string | null>();
    for (let seed = 0; seed < 3000; seed += 1) {
      const company = randomCompany(seed);
      const graph = listedGraph(company.flows, company.passages, company.roots);
      const expected = naive(company);
      const { nodes, truncatedAt } = custody(graph, company.from, company);
      expect(truncatedAt).toEqual([]);
      expect(new Map(nodes.map(({ node, path, excluded }) => [node, { steps: path.length - 1, excluded }]))).toEqual(expected);
      for (const { excluded } of nodes) met.add(excluded);
    }
    expect([...met].sort()).toEqual(["ATTESTED", "DROPPED", "REBUILT", "TRUNCATED", null]);
  });

  test("wherever a walk is cut, exactly those are named from which one step leads to what is not listed", () => {
    let cuts = 0;
    for (let seed = 0; seed < 2000; seed += 1) {
      const company = randomCompany(seed);
      const graph = listedGraph(company.flows, company.passages, company.roots);
      const first = seed % 4;
      const { nodes, truncatedAt } = custody(graph, company.from, { ...company, first });
      const shown = new Set([...company.from.map(graph.root), ...nodes.map(({ node }) => node)]);
      const starts = new Set(company.from.map(graph.root));
      const expected = [...shown].filter((node) => {
        if (company.attested.has(node) && !starts.has(node)) return false;
        const { nodes: next } = custody(graph, [node], { attested: new Set([...company.attested, ...Array.from({ length: DATASETS }, (_, index) => index + 1)]) });
        return next.some((step) => !shown.has(step.node));
      });
      expect([...truncatedAt].sort()).toEqual(expected.sort());
      cuts += truncatedAt.length;
    }
    expect(cuts).toBeGreaterThan(100);
  });
});
