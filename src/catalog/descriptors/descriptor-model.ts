import type { DatasetInput } from "../dataset-model";
import type { EntityInput } from "../entity-model";
import type { OwnershipRole } from "../ownership-model";
import type { RuleInput } from "../rule-model";
import type { ServiceInput } from "../service-model";
import type { TeamInput } from "../team-model";
import type { TextError } from "./places";
import type { YamlNode } from "./yaml-document";

export const DESCRIPTOR_FORMATS = ["CADASTRE", "BACKSTAGE", "ODCS", "FIDESLANG", "DBT"] as const;
export type DescriptorFormat = (typeof DESCRIPTOR_FORMATS)[number];

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
