import type { EventDataset, LifecycleChange, ObservedField } from "../event-model";
import type { Facets, Named } from "../model";
import type { Facet, FacetReader } from "./facet-reader";
import { pathTo } from "./fault-model";
import { readColumnLineage } from "./read-column-lineage";
import { readDatasetLineage } from "./read-explicit-lineage";
import { keyOf, named, type Statements } from "./statement";
import { nameFault } from "./text-model";

/** A dataset as sent, the core's schema having let it through. */
export interface SentDataset extends Named {
  readonly facets?: unknown;
  readonly inputFacets?: unknown;
  readonly outputFacets?: unknown;
}

/** Where in its event a dataset stands. */
export type DatasetRole = "INPUT" | "OUTPUT" | "ITSELF";

/** Reads a dataset of an event of `job` (null: of none), and what its facets state of what flows into it. */
export function readDataset(sent: SentDataset, role: DatasetRole, job: Named | null, reader: FacetReader, statements: Statements, at: string): EventDataset {
  const name = named(sent);
  const facetsAt = pathTo(at, "facets");
  let facets = reader.read(sent.facets, "DATASET", facetsAt);
  const schema = fieldsOf(facets.schema as Facet | undefined);
  if (schema.fault !== undefined) facets = reader.setAside(facets, "schema", { path: pathTo(facetsAt, "schema"), message: schema.fault });

  // A facet of what was read tells of earlier lineage, for which no job is known.
  const byJob = role === "OUTPUT";
  if (facets.columnLineage !== undefined) readColumnLineage(facets.columnLineage as Facet, name, byJob, statements);
  if (facets.lineage !== undefined) {
    const fault = readDatasetLineage(facets.lineage as Facet, name, job, byJob, statements, pathTo(facetsAt, "lineage"));
    if (fault !== undefined) facets = reader.setAside(facets, "lineage", fault);
  }
  return {
    ...name,
    fields: schema.fields,
    symlinks: symlinksOf(facets.symlinks as Facet | undefined, name),
    change: changeOf(facets.lifecycleStateChange as Facet | undefined),
    facets,
    roleFacets: roleFacetsOf(sent, role, reader, at),
  };
}

function roleFacetsOf({ inputFacets, outputFacets }: SentDataset, role: DatasetRole, reader: FacetReader, at: string): Facets {
  if (role === "ITSELF") return {};
  return role === "INPUT" ? reader.read(inputFacets, "INPUT", pathTo(at, "inputFacets")) : reader.read(outputFacets, "OUTPUT", pathTo(at, "outputFacets"));
}

interface SentField {
  readonly name: string;
  readonly type?: string;
  readonly description?: string;
  readonly fields?: readonly SentField[];
}

interface ReadSchema {
  readonly fields: readonly ObservedField[] | null;
  readonly fault?: string;
}

/** Nested fields under their dotted paths, each name once; a deleted schema has none, one that says nothing of fields is none. */
function fieldsOf(facet: Facet | undefined): ReadSchema {
  if (facet?._deleted === true) return { fields: [] };
  const sent = facet?.fields as readonly SentField[] | undefined;
  if (sent === undefined) return { fields: null };
  const found = new Map<string, ObservedField>();
  const fault = gather(sent, "", found);
  return fault === undefined ? { fields: [...found.values()] } : { fields: null, fault };
}

function gather(fields: readonly SentField[], prefix: string, found: Map<string, ObservedField>): string | undefined {
  for (const { name, type, description, fields: inner } of fields) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const message = prefix === "" ? undefined : nameFault("field", path);
    if (message !== undefined) return `holds a nested field whose dotted path ${message}`;
    if (!found.has(path)) found.set(path, { name: path, type: type ?? null, description: description ?? null });
    const fault = inner === undefined ? undefined : gather(inner, path, found);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Each once, without the name that the dataset goes by in the event. */
function symlinksOf(facet: Facet | undefined, self: Named): Named[] {
  if (facet === undefined || facet._deleted === true) return [];
  const others = new Map(((facet.identifiers ?? []) as readonly Named[]).map((sent) => [keyOf(named(sent)), named(sent)]));
  others.delete(keyOf(self));
  return [...others.values()];
}

function changeOf(facet: Facet | undefined): LifecycleChange | null {
  if (facet === undefined || facet._deleted === true) return null;
  const kind = facet.lifecycleStateChange as LifecycleChange["kind"];
  const previous = facet.previousIdentifier as Named | undefined;
  return { kind, previous: kind === "RENAME" && previous !== undefined ? named(previous) : null };
}
