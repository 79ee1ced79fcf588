import { EVENT_ID, type Event, getScalarValue, type MappingEvent, parseEvents, SCALAR_STYLE, type ScalarEvent, type SequenceEvent, YAMLException } from "js-yaml";
import type { PlacedFile, TextError } from "./places";

/** A value of a YAML document and where it stands: `at` counts UTF-16 units from the beginning of its source. Aliases share their anchor's node. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  readonly kind: "scalar";
  readonly at: number;
  /** Number of values that reading all of it visits. */
  readonly size: 1;
  /** Null for an empty value, `null` and `~`. */
  readonly text: string | null;
  /** Written without quotes: `42` and `true` may stand for a number and a truth. */
  readonly plain: boolean;
}

export interface YamlList {
  readonly kind: "list";
  readonly at: number;
  readonly size: number;
  readonly items: readonly YamlNode[];
}

export interface YamlMap {
  readonly kind: "map";
  readonly at: number;
  readonly size: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlEntry {
  readonly keyAt: number;
  readonly value: YamlNode;
}

const MAX_DEPTH = 100;
/** Values that aliases may add to those written. */
const MAX_REPEATED = 1_000_000;

/**
 * Reads a YAML stream without resolving types: every scalar is its text. Aliases and merge keys are followed; what makes a document grow
 * without bound (an anchor inside itself, aliases of aliases of aliases) is an error. Refuses tags: nothing here needs one.
 * JSON is YAML too.
 */
export function readYaml({ text, from }: Pick<PlacedFile, "text" | "from">): { documents: YamlNode[]; errors: TextError[] } {
  try {
    return new YamlReader(text, from).read(parseEvents(text, { maxDepth: MAX_DEPTH }));
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { documents: [], errors: [{ at: from + (error.mark?.position ?? 0), text: `not YAML: ${error.reason}` }] };
  }
}

/** A list or map that is still being read. */
interface Open {
  readonly kind: "list" | "map";
  readonly at: number;
  readonly anchor: string | undefined;
  readonly nodes: YamlNode[];
}

class YamlReader {
  private readonly errors: TextError[] = [];
  private anchors = new Map<string, YamlNode>();
  private repeated = 0;
  /** Where the last value stood: the place of one that has no characters of its own. */
  private lastAt: number;

  constructor(
    private readonly text: string,
    private readonly from: number,
  ) {
    this.lastAt = from;
  }

  read(events: readonly Event[]): { documents: YamlNode[]; errors: TextError[] } {
    const documents: YamlNode[] = [];
    const open: Open[] = [];
    const add = (node: YamlNode): unknown => (open.at(-1)?.nodes ?? documents).push(node);
    for (const event of events) {
      if (event.type === EVENT_ID.DOCUMENT) this.anchors = new Map();
      else if (event.type === EVENT_ID.SCALAR) add(this.anchored(this.scalar(event), this.anchorOf(event)));
      else if (event.type === EVENT_ID.ALIAS) add(this.alias(event.anchorStart, event.anchorEnd));
      else if (event.type === EVENT_ID.POP) {
        const closed = open.pop(); // None is open: the document itself ends.
        if (closed !== undefined) add(this.anchored(this.close(closed), closed.anchor));
      } else {
        this.refuseTag(event);
        this.lastAt = this.from + event.start;
        open.push({ kind: event.type === EVENT_ID.SEQUENCE ? "list" : "map", at: this.lastAt, anchor: this.anchorOf(event), nodes: [] });
      }
    }
    return { documents, errors: this.errors };
  }

  private scalar(event: ScalarEvent): YamlScalar {
    this.refuseTag(event);
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    if (event.valueStart >= 0) this.lastAt = this.from + event.valueStart - (quoted ? 1 : 0);
    const text = getScalarValue(this.text, event);
    const isNull = event.style === SCALAR_STYLE.PLAIN && /^(null|Null|NULL|~|)$/.test(text);
    return { kind: "scalar", at: this.lastAt, size: 1, text: isNull ? null : text, plain: event.style === SCALAR_STYLE.PLAIN };
  }

  private close({ kind, at, nodes }: Open): YamlList | YamlMap {
    const size = nodes.reduce((sum, node) => sum + node.size, 1);
    return kind === "list" ? { kind, at, size, items: nodes } : { kind, at, size, entries: this.entries(nodes) };
  }

  private entries(nodes: readonly YamlNode[]): Map<string, YamlEntry> {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    for (let index = 0; index < nodes.length; index += 2) {
      const [key, value] = [nodes[index]!, nodes[index + 1]!];
      if (key.kind !== "scalar" || key.text === null) this.errors.push({ at: key.at, text: "a member's name must be a text" });
      else if (key.text === "<<") merged.push(value);
      else if (entries.has(key.text)) this.errors.push({ at: key.at, text: "this member stands in the same mapping twice" });
      else entries.set(key.text, { keyAt: key.at, value });
    }
    for (const source of merged.flatMap((node) => (node.kind === "list" ? node.items : [node]))) {
      if (source.kind !== "map") this.errors.push({ at: source.at, text: "only mappings can be merged (<<)" });
      else for (const [name, entry] of source.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return entries;
  }

  private alias(start: number, end: number): YamlNode {
    const at = this.from + start - 1;
    const node = this.anchors.get(this.text.slice(start, end));
    if (node === undefined) this.errors.push({ at, text: "an alias of an anchor that is not known here, or that contains the alias itself" });
    else {
      const before = this.repeated;
      this.repeated += node.size;
      if (this.repeated <= MAX_REPEATED) return node;
      if (before <= MAX_REPEATED) this.errors.push({ at, text: `aliases repeat more than ${MAX_REPEATED} values` });
    }
    return { kind: "scalar", at, size: 1, text: null, plain: true };
  }

  private anchorOf({ anchorStart, anchorEnd }: ScalarEvent | SequenceEvent | MappingEvent): string | undefined {
    return anchorStart < 0 ? undefined : this.text.slice(anchorStart, anchorEnd);
  }

  /** Known from the end of its node on: so no node can contain itself. */
  private anchored<Node extends YamlNode>(node: Node, anchor: string | undefined): Node {
    if (anchor !== undefined) this.anchors.set(anchor, node);
    return node;
  }

  private refuseTag({ tagStart }: ScalarEvent | SequenceEvent | MappingEvent): void {
    if (tagStart >= 0) this.errors.push({ at: this.from + tagStart, text: "tags (!…) are not read here" });
  }
}
