import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import {
  CAPACITIES, type Capacity, CERTIFICATE_STATES, type CertificateState, ERASURE_RESULTS, ERASURE_STATES, type ErasureResult, type ErasureState,
  NOTICE_KINDS, OUTCOMES, type Outcome, type ProofGrade, REGIMES, type Regime, TASK_STATES, type TaskState,
} from "../model";
import { ProofGradeEnum } from "../../catalog/graphql/catalog-types";

const enumOf = <Value extends string>(values: readonly Value[], name: string, description?: string): Record<Value, Value> => {
  const object = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  registerEnumType(object, { name, description });
  return object;
};

export const ErasureStateEnum = enumOf(ERASURE_STATES, "ErasureState");
const ErasureResultEnum = enumOf(ERASURE_RESULTS, "ErasureResult");
const TaskStateEnum = enumOf(TASK_STATES, "TaskState");
const OutcomeEnum = enumOf(OUTCOMES, "Outcome", "Weakest first.");
export const RegimeEnum = enumOf(REGIMES, "Regime");
export const CapacityEnum = enumOf(CAPACITIES, "Capacity");
export const NoticeKindEnum = enumOf(NOTICE_KINDS, "NoticeKind");
const CertificateStateEnum = enumOf(CERTIFICATE_STATES, "CertificateState");
export const IdentityEventEnum = enumOf(["REQUESTED", "VERIFIED", "FAILED"] as const, "IdentityEvent");

@ObjectType("Deadline")
export class DeadlineType {
  @Field(() => Date, { description: "What we work to: pauses counted where the regime tolerates them; end of day in the controller's zone." })
  due!: Date;

  @Field(() => Date, { description: "The same without any pause." })
  statutory!: Date;

  @Field(() => Boolean)
  extended!: boolean;

  @Field(() => Boolean)
  paused!: boolean;

  @Field(() => String, { description: "The provision that sets it." })
  basis!: string;
}

@ObjectType("OutcomePart")
export class OutcomePartType {
  @Field(() => [String], { nullable: true })
  fields!: readonly string[] | null;

  @Field(() => String, { nullable: true })
  recordClass!: string | null;

  @Field(() => OutcomeEnum)
  outcome!: Outcome;

  @Field(() => Int, { nullable: true })
  count!: number | null;

  @Field(() => ID, { nullable: true, description: "Key of the retention rule that the service cited and Cadastre recomputed." })
  rule!: string | null;

  @Field(() => Date, { nullable: true })
  until!: Date | null;
}

@ObjectType("Verification")
export class VerificationType {
  @Field(() => Date)
  at!: Date;

  @Field(() => String, { description: "VERIFY_BEFORE or VERIFY_AFTER the erasure." })
  method!: string;

  @Field(() => String, { description: "FOUND, RETAINED or NOT_FOUND." })
  answer!: string;
}

@ObjectType("ErasureTask", { description: "One dataset of a plan." })
export class ErasureTaskType {
  @Field(() => ID)
  id!: string;

  @Field(() => TaskStateEnum)
  state!: TaskState;

  @Field(() => String, { nullable: true, description: "RECALLED or ALREADY_DONE, once its order was recalled." })
  recall!: string | null;

  @Field(() => ProofGradeEnum)
  grade!: ProofGrade;

  @Field(() => Int, { description: "Deliveries of the erase order so far." })
  attempts!: number;

  @Field(() => String, { nullable: true, description: "TIMEOUT, NETWORK, HTTP_<status>, EMPTY, UNSIGNED, BAD_SIGNATURE, MALFORMED, DATASET_MISSING or DATASET_EXTRA." })
  lastError!: string | null;
}

@ObjectType("PlannedDataset")
export class PlannedDatasetType {
  @Field(() => ID)
  dataset!: string;

  @Field(() => [ID], { description: "What led here: from a declared identifier or an entity to this dataset." })
  path!: readonly string[];

  @Field(() => String)
  reason!: string;

  @Field(() => ErasureTaskType, { nullable: true, description: "Null: a gap." })
  task!: ErasureTaskType | null;
}

@ObjectType("ErasurePlan")
export class ErasurePlanType {
  @Field(() => Int)
  version!: number;

  @Field(() => [PlannedDatasetType])
  datasets!: PlannedDatasetType[];
}

@ObjectType("Gap", { description: "A place that no order reaches; it keeps the result from being COMPLETE." })
export class GapType {
  @Field(() => ID)
  dataset!: string;

  @Field(() => String)
  reason!: string;
}

@ObjectType("QuarantinedIdentifier", { description: "Returned by a service that could not vouch for it; never sent in an erase order." })
export class QuarantinedIdentifierType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  type!: string;

  @Field(() => ID)
  from!: string;
}

@ObjectType("ErasureRequest")
export class ErasureRequestType {
  @Field(() => ID)
  id!: string;

  @Field(() => ErasureStateEnum)
  state!: ErasureState;

  @Field(() => ErasureResultEnum, { nullable: true })
  result!: ErasureResult | null;

  @Field(() => String, { nullable: true })
  externalRef!: string | null;

  @Field(() => RegimeEnum)
  regime!: Regime;

  @Field(() => CapacityEnum)
  capacity!: Capacity;

  @Field(() => String, { nullable: true })
  ground!: string | null;

  @Field(() => Date)
  receivedAt!: Date;

  @Field(() => ID, { nullable: true, description: "The newest certificate." })
  certificateId!: string | null;

  @Field(() => ID, { nullable: true, description: "The open request of the same person that runs for this one too." })
  linkedTo!: string | null;
}

@ObjectType("CertificateStatus")
export class CertificateStatusType {
  @Field(() => ID)
  id!: string;

  @Field(() => CertificateStateEnum)
  status!: CertificateState;

  @Field(() => ID, { nullable: true })
  supersededBy!: string | null;
}

export const ErasureTaskConnection = connectionOf(ErasureTaskType, "ErasureTask");
export const ErasureRequestConnection = connectionOf(ErasureRequestType, "ErasureRequest");
