import type { DatasetInput } from "../dataset-model";
import type { EntityInput } from "../entity-model";
import type { OwnershipRole } from "../ownership-model";
import type { RuleInput } from "../rule-model";
import type { ServiceInput } from "../service-model";

export const DESCRIPTOR_FORMATS = ["CADASTRE", "BACKSTAGE", "ODCS", "FIDESLANG", "DBT"] as const;
export type DescriptorFormat = (typeof DESCRIPTOR_FORMATS)[number];

/** What is wrong in a text, and where: `at` counts UTF-16 units from its beginning. */
export interface TextError {
  readonly at: number;
  readonly text: string;
}

/** One thing that a text declares, and where. */
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

/** That a text refers to a service or entity, and where. */
export interface Reference {
  /** `service:<key>` or `entity:<key>` */
  readonly id: string;
  readonly at: number;
}

/** Everything that one source declares, whatever the format it is written in. */
export interface Descriptor {
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

/** A format's reader. Never throws for what the text says: all that is wrong stands in `errors`. */
export type ReadDescriptor = (text: string) => Descriptor;

/** Turns places of a text into `line:column`, both from 1. */
export function positionsIn(text: string): (at: number) => string {
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
