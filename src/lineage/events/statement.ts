import { normaliseNamespace } from "../../catalog";
import type { FieldLink, StatedLineage, StatedSource } from "../event-model";
import type { Named, NamedNode } from "../model";
import { effectOf, type Transformation } from "./transformations";

export const named = ({ namespace, name }: Named): Named => ({ namespace: normaliseNamespace(namespace), name });

/** Neither part of a name can be taken for the other. */
export const keyOf = ({ namespace, name }: Named): string => `${namespace.length} ${namespace}${name}`;

type About = Pick<StatedLineage, "provenance" | "target" | "byJob" | "deleted">;

interface Gathered {
  readonly node: NamedNode;
  /** Whether each of what is said of it as a whole masks. */
  readonly asWhole: boolean[];
  readonly links: FieldLink[];
}

/** Gathers what the facets of an event say of one target. */
export class Statement {
  private readonly gathered = new Map<string, Gathered>();
  private readonly links: FieldLink[] = [];

  constructor(readonly about: About) {}

  /** A dataset or job flows into the target, whatever part of it. */
  addSource(node: NamedNode, transformations: readonly Transformation[]): void {
    const { asWhole } = this.gather(node);
    if (transformations.length > 0) asWhole.push(effectOf(transformations).masking);
  }

  /** A field of a dataset flows into a field of the target, or ('') into all of it. */
  addLink(from: Named, fromField: string, toField: string, transformations: readonly Transformation[]): void {
    const link = { from, fromField, toField, ...effectOf(transformations) };
    this.links.push(link);
    this.gather({ kind: "DATASET", ...from }).links.push(link);
  }

  stated(): StatedLineage {
    return { ...this.about, sources: [...this.gathered.values()].map(sourceOf), links: this.links };
  }

  private gather(node: NamedNode): Gathered {
    const key = `${node.kind} ${keyOf(node)}`;
    let known = this.gathered.get(key);
    if (known === undefined) this.gathered.set(key, (known = { node, asWhole: [], links: [] }));
    return known;
  }
}

function sourceOf({ node, asWhole, links }: Gathered): StatedSource {
  const said = [...asWhole, ...links.map(({ masking }) => masking)];
  return { ...node, masking: said.length > 0 && said.every(Boolean), columns: links.length > 0 && asWhole.every(Boolean) };
}

/** The statements of one event: what several of its facets say of a target is one statement. */
export class Statements {
  private readonly known = new Map<string, Statement>();

  about(about: About): Statement {
    const { provenance, target, byJob, deleted } = about;
    const key = `${provenance} ${byJob} ${deleted} ${target.kind} ${keyOf(target)}`;
    let statement = this.known.get(key);
    if (statement === undefined) this.known.set(key, (statement = new Statement(about)));
    return statement;
  }

  stated(): StatedLineage[] {
    return [...this.known.values()].map((statement) => statement.stated());
  }
}
