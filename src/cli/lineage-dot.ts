import type { LineageGraph } from "./lineage-graph";
import { printable, readableName } from "./printable";

/** The graph in the DOT language; cut nodes and masked edges are dashed. */
export function* dotOf({ nodes, edges, truncatedAt }: LineageGraph): Generator<string> {
  const cut = new Set(truncatedAt);
  yield "digraph lineage {";
  yield "  rankdir=LR;";
  yield "  node [shape=box];";
  for (const { id } of nodes) {
    const label = `label="${escaped(readableName(id))}${cut.has(id) ? " …" : ""}"`;
    yield `  "${quoted(id)}" [${label}${id.startsWith("job:") ? ", shape=ellipse" : ""}${cut.has(id) ? ", style=dashed" : ""}];`;
  }
  for (const { from, to, job, masking } of edges) {
    const label = job === null || job === from || job === to ? [] : [`label="${escaped(readableName(job))}"`];
    const attributes = [...label, ...(masking === true ? ["style=dashed"] : [])];
    yield `  "${quoted(from)}" -> "${quoted(to)}"${attributes.length > 0 ? ` [${attributes.join(", ")}]` : ""};`;
  }
  yield "}";
}

/** A name in DOT has one escape, that of the quotation mark; so that none ends in a backslash, these go. */
const quoted = (id: string): string => printable(id).replaceAll("\\", "/").replaceAll('"', '\\"');

/** Labels also have escapes such as \N, and HTML's entities. */
const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
