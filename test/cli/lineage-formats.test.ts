import { dotOf } from "../../src/cli/lineage-dot";
import type { LineageEdge, LineageGraph } from "../../src/cli/lineage-graph";
import { mermaidOf } from "../../src/cli/lineage-mermaid";
import { treeOf } from "../../src/cli/lineage-tree";

/** What a name must not do to a terminal, a DOT file or a flowchart. */
const HOSTILE = ['"];x[label="', "\\", "a\\", "\u001b[2J", "\u202egnp.exe", "end", "%%", "#quot;", "</script>", "`**bold**`", "\n", "\u0000", "日本語 ☃"];

const edge = (from: string, to: string, more: Partial<LineageEdge> = {}): LineageEdge => ({
  from, to, job: null, masking: false, validFrom: "2026-01-01T00:00:00Z", validTo: null, provenance: ["RUN"], ...more,
});
const graph = (depths: Record<string, number>, edges: LineageEdge[], truncatedAt: string[] = []): LineageGraph => ({
  nodes: Object.entries(depths).map(([id, depth]) => ({ id, depth })), edges, truncatedAt,
});
const dataset = (name: string): string => `dataset:a:${encodeURIComponent(name)}`;
const tree = (...args: Parameters<typeof treeOf>): string[] => [...treeOf(...args)];

describe("the tree", () => {
  test("shows each node in full once, as near to the root as it can be, and marks it elsewhere", () => {
    const diamond = graph({ a: 0, b: 1, c: 1, d: 2, e: 2 }, [edge("a", "b"), edge("a", "c"), edge("b", "d"), edge("d", "c"), edge("c", "e")]);
    expect(tree(diamond, "DOWNSTREAM")).toEqual(["a", "├─ b", "│  └─ d", "│     └─ c (*)", "└─ c", "   └─ e"]);
  });

  test("ends in a cycle and at a node that flows into itself", () => {
    const cycle = graph({ a: 0, b: 1 }, [edge("a", "b"), edge("b", "b"), edge("b", "a")]);
    expect(tree(cycle, "DOWNSTREAM")).toEqual(["a", "└─ b", "   ├─ b (*)", "   └─ a (*)"]);
  });

  test("turns round for what flows in, and is two trees for both directions", () => {
    const chain = graph({ b: 0, a: 1, c: 1 }, [edge("a", "b"), edge("b", "c")]);
    expect(tree(chain, "UPSTREAM")).toEqual(["b", "└─ a", "c"]);
    expect(tree(chain, "BOTH")).toEqual(["upstream:", "b", "└─ a", "downstream:", "b", "└─ c"]);
  });

  test("names jobs, calls masked what is masked on every way, and marks where it was cut", () => {
    const edges = [
      edge("a", "b", { masking: true, job: "job:etl:hash" }),
      edge("a", "c", { masking: true, job: "job:etl:1" }),
      edge("a", "c", { masking: false, job: "job:etl:2" }),
      ...[3, 4, 5].map((number) => edge("a", "c", { job: `job:etl:${number}` })),
    ];
    expect(tree(graph({ a: 0, b: 1, c: 1 }, edges, ["c"]), "DOWNSTREAM")).toEqual([
      "a",
      "├─ b [masked] by job:etl:hash",
      "└─ c by job:etl:1, job:etl:2, job:etl:3, 2 more …",
    ]);
  });

  test("does not name a job that is a node itself", () => {
    const jobs = graph({ a: 0, "job:etl:x": 1, b: 2 }, [edge("a", "job:etl:x", { job: "job:etl:x" }), edge("job:etl:x", "b", { job: "job:etl:x" })]);
    expect(tree(jobs, "DOWNSTREAM")).toEqual(["a", "└─ job:etl:x", "   └─ b"]);
  });

  test("loses no node, though nothing that is shown leads to it, and none of several roots", () => {
    expect(tree(graph({ a: 0, b: 0, c: 1, d: 2 }, [edge("b", "c")]), "DOWNSTREAM")).toEqual(["a", "b", "└─ c", "d"]);
  });

  test("takes a chain that is longer than calls can be deep", () => {
    const length = 20_000;
    const nodes = Object.fromEntries(Array.from({ length }, (_, at) => [`n${at}`, at]));
    const lines = treeOf(graph(nodes, Array.from({ length: length - 1 }, (_, at) => edge(`n${at}`, `n${at + 1}`))), "DOWNSTREAM");
    let last = "";
    for (const line of lines) last = line;
    expect(last.trimStart()).toBe("└─ n19999");
  });

  test.each(HOSTILE)("shows the name %j without letting it act", (name) => {
    const lines = tree(graph({ a: 0, [dataset(name)]: 1 }, [edge("a", dataset(name))]), "DOWNSTREAM");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toMatch(/\p{C}/u);
    expect(lines[1]).toContain(dataset(name));
  });

  test("adds a name that its id hides", () => {
    expect(tree(graph({ [dataset("Küche")]: 0 }, []), "DOWNSTREAM")).toEqual(['dataset:a:K%C3%BCche "Küche"']);
    expect(tree(graph({ [dataset("\u202egnp")]: 0 }, []), "DOWNSTREAM")).toEqual(['dataset:a:%E2%80%AEgnp "\\u{202e}gnp"']);
  });
});

const hostile = graph(
  { [dataset("start")]: 0, ...Object.fromEntries(HOSTILE.map((name) => [dataset(name), 1])) },
  HOSTILE.map((name) => edge(dataset("start"), dataset(name), { job: `job:x:${encodeURIComponent(name)}` })),
);

describe("DOT", () => {
  const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
  const ATTRIBUTE = `(?:label=${STRING}|shape=ellipse|style=dashed)`;
  const STATEMENT = new RegExp(`^  ${STRING}(?: -> ${STRING})?(?: \\[${ATTRIBUTE}(?:, ${ATTRIBUTE})*\\])?;$`, "u");

  test("is one statement a node and an edge, whatever they are called", () => {
    const [head, direction, shape, ...statements] = [...dotOf(hostile)];
    expect([head, direction, shape, statements.pop()]).toEqual(["digraph lineage {", "  rankdir=LR;", "  node [shape=box];", "}"]);
    expect(statements).toHaveLength(HOSTILE.length * 2 + 1);
    for (const statement of statements) expect(statement).toMatch(STATEMENT);
    expect(statements.join("")).not.toMatch(/\p{C}/u);
  });

  test("says readable names and what is masked or cut", () => {
    const lines = [...dotOf(graph({ "dataset:pg%3A%2F%2Fh:a%26b": 0, "job:x:j": 1 }, [edge("dataset:pg%3A%2F%2Fh:a%26b", "job:x:j", { masking: true, job: "job:x:k" })], ["job:x:j"]))];
    expect(lines.slice(3, -1)).toEqual([
      '  "dataset:pg%3A%2F%2Fh:a%26b" [label="pg://h a&amp;b"];',
      '  "job:x:j" [label="x j …", shape=ellipse, style=dashed];',
      '  "dataset:pg%3A%2F%2Fh:a%26b" -> "job:x:j" [label="x k", style=dashed];',
    ]);
  });

  test("ends no name in a backslash, even in an id that is none of ours", () => {
    for (const line of [...dotOf(graph({ 'a\\"': 0, "b\\": 1 }, [edge('a\\"', "b\\")]))].slice(3, -1)) expect(line).toMatch(STATEMENT);
  });
});

describe("Mermaid", () => {
  const LABEL = String.raw`"(?:[\p{L}\p{M}\p{N} ./_-]|#\d+;)*(?: …)?"`;
  const STATEMENT = new RegExp(`^  n\\d+(?:\\[${LABEL}\\]|\\(${LABEL}\\)| (?:-->|-\\.->)(?:\\|${LABEL}\\|)? n\\d+)$`, "u");

  test("is one statement a node and an edge, whatever they are called", () => {
    const [head, ...statements] = [...mermaidOf(hostile)];
    expect(head).toBe("flowchart LR");
    expect(statements).toHaveLength(HOSTILE.length * 2 + 1);
    for (const statement of statements) expect(statement).toMatch(STATEMENT);
  });

  test("says readable names and what is masked or cut", () => {
    const lines = [...mermaidOf(graph({ "dataset:a:x%22y": 0, "job:x:j": 1, "entity:e": 1 }, [edge("dataset:a:x%22y", "job:x:j", { masking: true, job: "job:x:k" })], ["job:x:j"]))];
    expect(lines.slice(1)).toEqual(['  n0["a x#34;y"]', '  n1("x j …")', '  n2["entity#58;e"]', '  n0 -.->|"x k"| n1']);
  });
});
