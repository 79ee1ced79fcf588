import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { DurationScalar, JsonObjectScalar } from "../../platform/graphql/scalars";
import { DESCRIPTOR_FORMATS } from "../descriptors/descriptor-model";
import {
  type Dataset, type Entity, type Executor, EXECUTORS, type Field as DatasetField, PERSONAL_STATES, type PersonalState, PROOF_GRADES, type Properties,
  type Service,
} from "../model";
import { OWNERSHIP_ROLES, type OwnershipAssignment, type OwnershipRole } from "../ownership-model";
import type { ImportReport } from "../use-cases/import-descriptors";

function enumOf<Value extends string>(values: readonly Value[], name: string, description?: string): Record<Value, Value> {
  const object = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  registerEnumType(object, { name, description });
  return object;
}

export const ExecutorEnum = enumOf(EXECUTORS, "Executor", "Who carries out orders: a participant of our protocol, an external processor, a person with evidence.");
export const OwnershipRoleEnum = enumOf(OWNERSHIP_ROLES, "OwnershipRole", "PROCESSOR: on our behalf (GDPR Art. 28). RECIPIENT: an independent controller (Art. 19).");
export const PersonalStateEnum = enumOf(PERSONAL_STATES, "PersonalState", "PERSONAL: a field has a category under `user`. Unclassified counts as personal. ATTESTED_ANONYMOUS while an attestation is in force: custody stops there.");
export const ProofGradeEnum = enumOf(PROOF_GRADES, "ProofGrade", "From nothing (G0) over a signed receipt and a later look to an independent probe (G4).");
export const DescriptorFormatEnum = enumOf(DESCRIPTOR_FORMATS, "DescriptorFormat");

@ObjectType("Service", { description: "A deployable with an owner team." })
export class ServiceType implements Partial<Service> {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => String, { nullable: true })
  team!: string | null;

  @Field(() => ExecutorEnum)
  executor!: Executor;

  @Field(() => DurationScalar, { nullable: true, description: "How long what it erased may still lie in its backups." })
  backupHorizon!: string | null;

  @Field(() => JsonObjectScalar, { description: "What its descriptor says besides, by the names of its format." })
  properties!: Properties;

  @Field(() => Date, { nullable: true, description: "When its source stopped declaring it." })
  retiredAt!: Date | null;
}

@ObjectType("Endpoint", { description: "Where a service takes orders." })
export class EndpointType {
  @Field(() => String)
  url!: string;

  @Field(() => [String], { description: "Kinds of order that it takes." })
  kinds!: readonly string[];

  @Field(() => [String], { description: "`whpk_…`, newest first. A receipt signed with any of them is the service's." })
  publicKeys!: readonly string[];

  @Field(() => Int)
  timeoutMs!: number;

  /** Key of its service: not published, but what rooms above know of the endpoint is found by it. */
  service!: string;
}

@ObjectType("ConformanceReport", { description: "What an examination of an endpoint found." })
export class ConformanceReportType {
  @Field(() => Date)
  at!: Date;

  @Field(() => Boolean)
  passed!: boolean;

  @Field(() => [ConformanceCheckType])
  checks!: readonly ConformanceCheckType[];
}

@ObjectType("ConformanceCheck")
export class ConformanceCheckType {
  @Field(() => String)
  name!: string;

  @Field(() => Boolean)
  passed!: boolean;

  @Field(() => String, { nullable: true })
  message!: string | null;
}

@ObjectType("Entity", { description: "A business noun, the unit of ownership." })
export class EntityType implements Partial<Entity> {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => String, { nullable: true })
  domain!: string | null;

  @Field(() => [String], { description: "Types of identifier that its system of record issues." })
  identifierTypes!: readonly string[];

  @Field(() => Date, { nullable: true, description: "When its source stopped declaring it." })
  retiredAt!: Date | null;
}

@ObjectType("Dataset", { description: "One physical home of data." })
export class DatasetType implements Partial<Dataset> {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => [String], { description: "Types of identifier by which a person is found in it." })
  identifierTypes!: readonly string[];

  @Field(() => String, { nullable: true, description: "Where it lies: a server, a path, a region." })
  physicalLocation!: string | null;

  @Field(() => String, { nullable: true, description: "As its owner grades it: public, internal, confidential, …" })
  sensitivity!: string | null;

  @Field(() => PersonalStateEnum)
  personal!: PersonalState;

  @Field(() => Date, { nullable: true, description: "When its source stopped declaring it. It stays in the plans of erasure." })
  retiredAt!: Date | null;
}

@ObjectType("Field", { description: "A column or attribute." })
export class FieldType implements DatasetField {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  type!: string | null;

  @Field(() => [String], { nullable: true, description: "Null: unclassified. Empty: declared not personal." })
  categories!: readonly string[] | null;
}

@ObjectType("OwnershipAssignment", { description: "What a service is to an entity, from one instant to the instant before another." })
export class OwnershipAssignmentType implements Partial<OwnershipAssignment> {
  @Field(() => ID)
  id!: string;

  @Field(() => OwnershipRoleEnum)
  role!: OwnershipRole;

  @Field(() => Date)
  validFrom!: Date;

  @Field(() => Date, { nullable: true })
  validTo!: Date | null;

  @Field(() => Date)
  recordedAt!: Date;
}

@ObjectType("ImportReport", { description: "What an import changed, or would change." })
export class ImportReportType implements ImportReport {
  @Field(() => Int, { description: "How many things change." })
  changes!: number;

  @Field(() => [String], { description: "`source:line:column: text`. With any error nothing is applied." })
  errors!: readonly string[];

  @Field(() => [String], { description: "A line for each change: + new, ~ changed, - retired." })
  plan!: readonly string[];

  @Field(() => [String], { description: "Paths of files in which nothing was recognised." })
  skipped!: readonly string[];
}

export const ServiceConnection = connectionOf(ServiceType, "Service");
export const EntityConnection = connectionOf(EntityType, "Entity");
export const DatasetConnection = connectionOf(DatasetType, "Dataset");
