import type { DatasetInput } from "../dataset-model";
import type { EntityInput } from "../entity-model";
import type { OwnershipRole } from "../ownership-model";
import type { RuleInput } from "../rule-model";
import type { ServiceInput } from "../service-model";
import type { TeamInput } from "../team-model";
import type { YamlNode } from "./yaml-document";

export const DESCRIPTOR_FORMATS = ["CADASTRE", "BACKSTAGE", "ODCS", "FIDESLANG", "DBT"] as const;
export type DescriptorFormat = (typeof DESCRIPTOR_FORMATS)[number];

/** One file of a source. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Passed over where nothing is recognised in it. */
  readonly skippable?: boolean;
}

/** A file in its source: its places are counted on from the files before it, `from` UTF-16 units. */
export interface PlacedFile extends SourceFile {
  readonly from: number;
}

/** What is wrong in a source, and where: `at` counts UTF-16 units from the beginning of its first file. */
export interface TextError {
  readonly at: number;
  readonly text: string;
}

/** One thing that a source declares, and where. */
export interface Declared<Input> {
  readonly input: Input;
  readonly at: number;
  /** The members written there. */
  readonly members: readonly string[];
}

export interface AssignmentInput {
  readonly entityKey: string;
  readonly serviceKey: string;
  readonly role: OwnershipRole;
  /** Left out: since it was first declared. */
  readonly validFrom?: Date | null;
  /** Left out: until it is no longer declared. */
  readonly validTo?: Date | null;
}

/** That a source refers to a service or entity, and where. */
export interface Reference {
  /** `service:<key>` or `entity:<key>` */
  readonly id: string;
  readonly at: number;
}

/** Everything that one source declares, whatever the format it is written in. */
export interface Descriptor {
  readonly teams: readonly Declared<TeamInput>[];
  readonly services: readonly Declared<ServiceInput>[];
  readonly entities: readonly Declared<EntityInput>[];
  readonly datasets: readonly Declared<DatasetInput>[];
  readonly assignments: readonly Declared<AssignmentInput>[];
  readonly rules: readonly Declared<RuleInput>[];
  /** Ids of the services and entities that it declares, rightly or not: a reference to a faulty one is no second fault. */
  readonly named: ReadonlySet<string>;
  readonly references: readonly Reference[];
  readonly errors: readonly TextError[];
}

/** A format's reader, given all of a source's documents in that format. Never throws for what they say: all that is wrong stands in `errors`. */
export type ReadDescriptor = (documents: readonly YamlNode[]) => Descriptor;

export const EMPTY_DESCRIPTOR: Descriptor = {
  teams: [], services: [], entities: [], datasets: [], assignments: [], rules: [], named: new Set(), references: [], errors: [],
};

/** The files of a source, each with the place at which it begins. */
export function placeFiles(files: readonly SourceFile[]): PlacedFile[] {
  let from = 0;
  return files.map((file) => {
    const placed = { ...file, from };
    from += file.text.length + 1; // An error at the very end is still in this file.
    return placed;
  });
}

/** Turns places of a source into `path:line:column`. */
export function placesIn(files: readonly PlacedFile[]): (at: number) => string {
  const positions = files.map(({ path, text, from }) => {
    const positionOf = positionsIn(text);
    return { from, placeOf: (at: number) => `${path}:${positionOf(at - from)}` };
  });
  return (at) => (positions.findLast(({ from }) => from <= at) ?? positions[0]!).placeOf(at);
}

/** Turns places of a text into `line:column`, both from 1. */
function positionsIn(text: string): (at: number) => string {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (at) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return `${low + 1}:${at - starts[low]! + 1}`;
  };
}
