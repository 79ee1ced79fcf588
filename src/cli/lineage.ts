import { parseArgs } from "node:util";
import { type Command, complain, EXIT, usageError } from "./command";
import { dotOf } from "./lineage-dot";
import { askLineage, type Direction, type LineageGraph } from "./lineage-graph";
import { mermaidOf } from "./lineage-mermaid";
import { treeOf } from "./lineage-tree";

type Format = (graph: LineageGraph, direction: Direction) => Iterable<string>;

const FORMATS: Readonly<Record<string, Format>> = {
  tree: treeOf,
  dot: dotOf,
  json: (graph) => [JSON.stringify(graph, null, 2)],
  mermaid: mermaidOf,
};
const LEVELS = ["FIELD", "DATASET", "ENTITY", "SERVICE"];

export const lineageCommand: Command = {
  name: "lineage",
  usage: "ID [--down | --up | --both] [--depth N] [--level L] [--as-of T] [--first N] [--jobs] [--format F]",
  help: `Prints where data flows from a dataset, field, job, entity or service.
  ID          such as dataset:postgres%3A%2F%2Fshop%3A5432:public.orders, dataset:…#email, job:…, entity:order, service:billing
  --down      what it flows into (default); --up: what flows into it; --both
  --depth N   steps (default: 3)
  --level L   field, dataset (default), entity or service
  --as-of T   as it was at an instant such as 2026-01-01T00:00:00Z (default: now)
  --first N   at most so many nodes (default: 1000)
  --jobs      shows jobs as nodes
  --format F  tree (default), dot, json or mermaid
In the tree, (*) is shown in full elsewhere, … has further flows that were cut, [masked] says that all that flows there is masked.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        down: { type: "boolean" },
        up: { type: "boolean" },
        both: { type: "boolean" },
        depth: { type: "string" },
        level: { type: "string" },
        "as-of": { type: "string" },
        first: { type: "string" },
        jobs: { type: "boolean" },
        format: { type: "string", default: "tree" },
      },
    });
    const [of, ...others] = positionals;
    if (of === undefined || others.length > 0) throw usageError("expected one ID");
    const format = Object.hasOwn(FORMATS, values.format) ? FORMATS[values.format] : undefined;
    if (format === undefined) throw usageError("--format: expected tree, dot, json or mermaid");
    const level = values.level?.toUpperCase();
    if (level !== undefined && !LEVELS.includes(level)) throw usageError("--level: expected field, dataset, entity or service");
    const direction = directionOf(values);
    const [depth, first] = [countOf("--depth", values.depth), countOf("--first", values.first)];
    const graph = await askLineage({ of, direction, depth, level, asOf: values["as-of"], first, includeJobs: values.jobs });
    for (const line of format(graph, direction)) await write(`${line}\n`);
    const cut = graph.truncatedAt.length;
    if (cut > 0) complain(`cut at ${cut} ${cut === 1 ? "node" : "nodes"}: raise --depth or --first to see more`);
    return EXIT.ok;
  },
};

function directionOf({ down, up, both }: { readonly down?: boolean; readonly up?: boolean; readonly both?: boolean }): Direction {
  if ([down, up, both].filter(Boolean).length > 1) throw usageError("--down, --up and --both exclude each other");
  return both ? "BOTH" : up ? "UPSTREAM" : "DOWNSTREAM";
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text !== undefined && !/^\d{1,9}$/.test(text)) throw usageError(`${option}: expected a number such as 5`);
  return text === undefined ? undefined : Number(text);
}

/** Waits until it is taken: a graph may be longer than a pipe is wide. */
const write = (text: string): Promise<void> =>
  new Promise((done, failed) => process.stdout.write(text, (error) => (error ? failed(error) : done())));
