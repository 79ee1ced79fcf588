import { createToken } from "../../../src/access";
import { catalogWorld } from "../../catalog/catalog-world";
import type { Event, Name } from "./events";

export interface Graph {
  readonly nodes: readonly { readonly id: string; readonly depth: number }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly job: string | null;
    readonly masking: boolean | null;
    readonly validFrom: string;
    readonly validTo: string | null;
    readonly provenance: readonly string[];
  }[];
  readonly truncatedAt: readonly string[];
}

export interface CustodyNode {
  readonly id: string;
  readonly path: readonly string[];
  readonly personal: string;
  readonly excluded: string | null;
}

export const GRAPH = "{ nodes { id depth } edges { from to job masking validFrom validTo provenance } truncatedAt }";

export const LINEAGE = `query ($of: ID!, $direction: Direction!, $depth: Int, $level: Level, $asOf: DateTime, $first: Int, $includeJobs: Boolean) {
  lineage(of: $of, direction: $direction, depth: $depth, level: $level, asOf: $asOf, first: $first, includeJobs: $includeJobs) ${GRAPH}
}`;

/** All but unreserved characters as upper-case %XX. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
export const idOf = ({ namespace, name }: Name): string => `dataset:${encode(namespace)}:${encode(name)}`;

export interface HttpAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
}

/** A Cadastre that is known only by its doors; events are sent by a producer, questions asked by a reader. */
export async function lineageWorld() {
  const world = await catalogWorld();
  const { token } = await createToken(world.deps, { principal: "airflow", roles: ["producer"], actor: "test" });
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  const post = async <Body>(path: string, body: unknown): Promise<HttpAnswer<Body>> => {
    const response = await fetch(`${world.server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as Body };
  };
  return {
    ...world,
    /** One event, as OpenLineage clients send it. */
    send: (event: unknown, query = ""): Promise<HttpAnswer> => post(`/api/v1/lineage${query}`, event),
    async sendAll(events: readonly Event[]): Promise<void> {
      for (const event of events) {
        const { status, body } = await post("/api/v1/lineage", event);
        if (status !== 201) throw new Error(`not taken (${status}): ${JSON.stringify(body)} of ${JSON.stringify(event)}`);
      }
    },
    sendBatch: (events: readonly unknown[]): Promise<HttpAnswer<{ summary: { received: number; successful: number; failed: number } }>> =>
      post("/api/v1/lineage/batch", events),
    async lineage(of: string, direction: "DOWNSTREAM" | "UPSTREAM" | "BOTH", more: Record<string, unknown> = {}): Promise<Graph> {
      return (await world.ask<{ lineage: Graph }>(LINEAGE, { of, direction, ...more }, "reader")).lineage;
    },
    async paths(from: string, to: string, mode: "SHORTEST" | "ALL" = "SHORTEST"): Promise<string[][]> {
      const query = "query ($from: ID!, $to: ID!, $mode: PathMode) { paths(from: $from, to: $to, mode: $mode) { nodes } }";
      return (await world.ask<{ paths: { nodes: string[] }[] }>(query, { from, to, mode }, "reader")).paths.map(({ nodes }) => nodes);
    },
    async custody(of: string): Promise<{ datasets: readonly CustodyNode[]; truncatedAt: readonly string[] }> {
      const query = "query ($of: ID!) { custody(of: $of) { datasets { id path personal excluded } truncatedAt } }";
      return (await world.ask<{ custody: { datasets: CustodyNode[]; truncatedAt: string[] } }>(query, { of }, "reader")).custody;
    },
    /** A mutation that must not be refused. */
    async change<Data = Record<string, unknown>>(name: string, input: Record<string, unknown>, selection: string, role?: "editor" | "approver" | "admin"): Promise<Data> {
      const { data, errors } = await world.mutate(name, input, selection, role);
      if (errors !== undefined) throw new Error(`${name}: ${JSON.stringify(errors)}`);
      return (data as Record<string, Data>)[name] as Data;
    },
  };
}
export type LineageWorld = Awaited<ReturnType<typeof lineageWorld>>;

export const idsOf = (graph: Graph): string[] => graph.nodes.map(({ id }) => id).sort();
/** `from -> to`, each pair once. */
export const pairsOf = (graph: Graph): string[] => [...new Set(graph.edges.map(({ from, to }) => `${from} -> ${to}`))].sort();
