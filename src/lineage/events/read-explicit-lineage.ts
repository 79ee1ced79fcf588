import type { Named, NamedNode } from "../model";
import type { Facet } from "./facet-reader";
import { type Fault, pathTo } from "./fault-model";
import { named, type Statement, type Statements } from "./statement";
import type { Transformation } from "./transformations";

interface Input extends Partial<Named> {
  readonly type: "DATASET" | "JOB";
  readonly field?: string;
  readonly transformations?: readonly Transformation[];
}

interface Inputs {
  readonly inputs?: readonly Input[];
  readonly fields?: Readonly<Record<string, { readonly inputs: readonly Input[] }>>;
}

interface Entry extends Partial<Named>, Inputs {
  readonly type: "DATASET" | "JOB";
}

/** Reads a dataset's lineage facet that its schema has let through; answers what is wrong with it all the same, and then has stated nothing. */
export function readDatasetLineage(facet: Facet, target: Named, job: Named | null, byJob: boolean, statements: Statements, at: string): Fault | undefined {
  const about = { provenance: "EXPLICIT", target: { kind: "DATASET", ...target }, byJob } as const;
  if (facet._deleted === true) return void statements.about({ ...about, deleted: true });
  const inputs = facet as Inputs;
  const fault = job === null ? ownJobFault(inputs, at) : undefined;
  if (fault === undefined && saysSomething(inputs)) addInputs(statements.about({ ...about, deleted: false }), inputs, job);
  return fault;
}

/** Reads a job's lineage facet that its schema has let through. Deleted, it is so for its entries, the job and the event's outputs. */
export function readJobLineage(facet: Facet, job: Named, outputs: readonly Named[], statements: Statements): void {
  const deleted = facet._deleted === true;
  const entries = Array.isArray(facet.entries) ? (facet.entries as readonly Entry[]) : [];
  const about = (target: NamedNode) => statements.about({ provenance: "EXPLICIT", target, byJob: true, deleted });
  if (deleted) {
    about({ kind: "JOB", ...job });
    for (const output of outputs) about({ kind: "DATASET", ...output });
    return;
  }
  for (const entry of entries) addInputs(about(nodeOf(entry, job)), entry, job);
}

/** Neither member: nothing is said. An empty list: that nothing flows in. */
const saysSomething = ({ inputs, fields }: Inputs): boolean => inputs !== undefined || Object.keys(fields ?? {}).length > 0;

function addInputs(statement: Statement, { inputs = [], fields = {} }: Inputs, job: Named | null): void {
  for (const input of inputs) add(statement, input, "", job);
  for (const [field, entry] of Object.entries(fields)) for (const input of entry.inputs) add(statement, input, field, job);
}

/** A field links to what it flows into, even at the top: then to all of the target. A source without a field is one as a whole. */
function add(statement: Statement, { field, transformations = [], ...input }: Input, toField: string, job: Named | null): void {
  const node = nodeOf(input, job);
  if (node.kind === "DATASET" && field !== undefined) statement.addLink({ namespace: node.namespace, name: node.name }, field, toField, transformations);
  else statement.addSource(node, transformations);
}

/** A job without a name is the event's own. */
function nodeOf({ type, namespace, name }: Pick<Input, "type" | "namespace" | "name">, job: Named | null): NamedNode {
  return { kind: type, ...(namespace === undefined || name === undefined ? (job as Named) : named({ namespace, name })) };
}

function ownJobFault({ inputs = [], fields = {} }: Inputs, at: string): Fault | undefined {
  const lists = [{ list: inputs, path: pathTo(at, "inputs") }];
  for (const [field, entry] of Object.entries(fields)) lists.push({ list: entry.inputs, path: pathTo(pathTo(pathTo(at, "fields"), field), "inputs") });
  for (const { list, path } of lists) {
    const index = list.findIndex(({ type, name }) => type === "JOB" && name === undefined);
    if (index >= 0) return { path: pathTo(pathTo(path, index), "name"), message: "is missing: the event has no job of its own" };
  }
  return undefined;
}
