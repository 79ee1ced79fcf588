import type { LineageGraph } from "./lineage-graph";
import { readableName } from "./printable";

/** The graph as a Mermaid flowchart; masked edges are dotted, cut nodes end in an ellipsis. */
export function* mermaidOf({ nodes, edges, truncatedAt }: LineageGraph): Generator<string> {
  const cut = new Set(truncatedAt);
  const keys = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  yield "flowchart LR";
  for (const { id } of nodes) {
    const label = `"${escaped(readableName(id))}${cut.has(id) ? " …" : ""}"`;
    yield `  ${keys.get(id)}${id.startsWith("job:") ? `(${label})` : `[${label}]`}`;
  }
  for (const { from, to, job, masking } of edges) {
    const label = job === null || job === from || job === to ? "" : `|"${escaped(readableName(job))}"|`;
    yield `  ${keys.get(from)} ${masking === true ? "-.->" : "-->"}${label} ${keys.get(to)}`;
  }
}

/** Mermaid reads HTML, Markdown, comments and its own codes in labels: what is neither letter, digit nor harmless goes by its number. */
const escaped = (text: string): string =>
  text.replace(/[^\p{L}\p{M}\p{N} ./_-]/gu, (character) => `#${character.codePointAt(0)};`);
