import { Field, ID, InputType, Int } from "type-graphql";
import { DurationScalar, JsonObjectScalar } from "../../platform/graphql/scalars";
import type { FieldInput } from "../dataset-model";
import type { DescriptorFormat } from "../descriptors/descriptor-model";
import type { Executor, Properties } from "../model";
import type { OwnershipRole } from "../ownership-model";
import { DescriptorFormatEnum, ExecutorEnum, OwnershipRoleEnum } from "./catalog-types";

// What texts, keys and lists may hold is checked by the models, which check descriptors as well: here stands only what GraphQL can say.

@InputType("RegisterServiceInput", { description: "Omitted members stay, null takes one back to its default." })
export class RegisterServiceInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => String, { nullable: true })
  team?: string | null;

  @Field(() => ExecutorEnum, { nullable: true, defaultValue: "PARTICIPANT" })
  executor?: Executor | null;

  @Field(() => String, { nullable: true })
  endpointUrl?: string | null;

  @Field(() => String, { nullable: true, description: "The service's `whpk_` for receipts; the former one stays accepted until the next." })
  publicKey?: string | null;

  @Field(() => [String], { nullable: true, description: "Kinds of order that it takes." })
  kinds?: string[] | null;

  @Field(() => Int, { nullable: true, description: "How long to wait for its answers; 30,000 by default." })
  timeoutMs?: number | null;

  @Field(() => DurationScalar, { nullable: true })
  backupHorizon?: string | null;

  @Field(() => JsonObjectScalar, { nullable: true, description: "Anything else that is to be kept with it." })
  properties?: Properties | null;
}

@InputType("RegisterEntityInput", { description: "Omitted members stay, null takes one back to its default." })
export class RegisterEntityInput {
  @Field(() => String)
  key!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => String, { nullable: true })
  domain?: string | null;

  @Field(() => [String], { nullable: true, description: "Types that this entity's system of record issues; a value is unique in it." })
  identifierTypes?: string[] | null;
}

@InputType("FieldInput", { description: "Omitted members of a known field stay." })
export class DatasetFieldInput implements FieldInput {
  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  type?: string | null;

  @Field(() => [String], { nullable: true, description: "fideslang keys; null: unclassified, []: declared not personal." })
  categories?: string[] | null;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => String, { nullable: true, description: "As its owner grades it." })
  sensitivity?: string | null;
}

@InputType("RegisterDatasetInput", { description: "Omitted members stay, null takes one back to its default." })
export class RegisterDatasetInput {
  @Field(() => String)
  namespace!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => ID, { nullable: true })
  service?: string | null;

  @Field(() => [ID], { nullable: true })
  entities?: string[] | null;

  @Field(() => [DatasetFieldInput], { nullable: true, description: "The whole list." })
  fields?: DatasetFieldInput[] | null;

  @Field(() => [String], { nullable: true })
  identifierTypes?: string[] | null;

  @Field(() => String, { nullable: true, description: "Where it lies: a server, a path, a region." })
  physicalLocation?: string | null;

  @Field(() => String, { nullable: true, description: "As its owner grades it: public, internal, confidential, …" })
  sensitivity?: string | null;

  @Field(() => JsonObjectScalar, { nullable: true, description: "Anything else that is to be kept with it." })
  properties?: Properties | null;
}

@InputType("ClassifyFieldsInput")
export class ClassifyFieldsInput {
  @Field(() => ID)
  dataset!: string;

  @Field(() => [DatasetFieldInput], { description: "Fields that the dataset has; the others stay." })
  fields!: DatasetFieldInput[];
}

@InputType("AssignOwnershipInput")
export class AssignOwnershipInput {
  @Field(() => ID)
  entity!: string;

  @Field(() => ID)
  service!: string;

  @Field(() => OwnershipRoleEnum)
  role!: OwnershipRole;

  @Field(() => Date, { nullable: true, description: "Now by default." })
  validFrom?: Date | null;

  @Field(() => Date, { nullable: true, description: "Open by default." })
  validTo?: Date | null;
}

@InputType("EndOwnershipInput")
export class EndOwnershipInput {
  @Field(() => ID)
  id!: string;

  @Field(() => Date, { nullable: true, description: "Now by default." })
  validTo?: Date | null;
}

@InputType("CorrectAssignmentInput", { description: "Omitted members stay." })
export class CorrectAssignmentInput {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { nullable: true })
  service?: string | null;

  @Field(() => OwnershipRoleEnum, { nullable: true })
  role?: OwnershipRole | null;

  @Field(() => Date, { nullable: true })
  validFrom?: Date | null;

  @Field(() => Date, { nullable: true, description: "Null takes the end away." })
  validTo?: Date | null;
}

@InputType("RotateEndpointKeyInput")
export class RotateEndpointKeyInput {
  @Field(() => ID)
  service!: string;

  @Field(() => String, { description: "The new `whpk_`." })
  publicKey!: string;

  @Field(() => Boolean, { defaultValue: false, description: "The former key is not accepted any more: it was stolen or lost." })
  revokeFormer!: boolean;
}

@InputType("DescriptorFileInput", { description: "One file of a source that has several." })
export class DescriptorFileInput {
  @Field(() => String, { description: "How errors name it." })
  path!: string;

  @Field(() => String, { description: "At most 16 MB." })
  document!: string;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Passed over where nothing is recognised in it, unless something was declared there before." })
  skippable?: boolean | null;
}

@InputType("ImportDescriptorsInput")
export class ImportDescriptorsInput {
  @Field(() => String, { description: "Whose declarations these are. What it no longer declares is retired." })
  source!: string;

  @Field(() => DescriptorFormatEnum)
  format!: DescriptorFormat;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Read each document in the format that it shows, whatever `format` says." })
  recognise?: boolean | null;

  @Field(() => String, { description: "At most 16 MB; empty where `files` are given." })
  document!: string;

  @Field(() => [DescriptorFileInput], { nullable: true, description: "What the source is made of, if it is more than one document." })
  files?: DescriptorFileInput[] | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: "Only tell what would change." })
  dryRun?: boolean | null;
}
