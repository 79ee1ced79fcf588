import { Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { type Obligation, type OwnershipTransfer, TRANSFER_STATES, type TransferState } from "../transfer-model";

export const TransferStateEnum = Object.fromEntries(TRANSFER_STATES.map((state) => [state, state])) as Record<TransferState, TransferState>;
registerEnumType(TransferStateEnum, { name: "TransferState", description: "EFFECTIVE: accepted, and its instant has come." });

@ObjectType("OwnershipTransfer", { description: "An entity's system of record changes hands: one principal proposes it, another accepts." })
export class OwnershipTransferType implements Partial<OwnershipTransfer> {
  @Field(() => ID)
  id!: string;

  @Field(() => Date, { description: "From when on the new service owns the entity; until it is accepted: at the earliest." })
  effectiveAt!: Date;

  @Field(() => String)
  proposedBy!: string;

  @Field(() => Date)
  proposedAt!: Date;

  @Field(() => String, { nullable: true })
  decidedBy!: string | null;

  @Field(() => Date, { nullable: true })
  decidedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Given with the decision." })
  reason!: string | null;
}

@ObjectType("Obligation", { description: "Something that the owner of an entity still owes. It stays with the entity when that changes hands." })
export class ObligationType implements Obligation {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: "ERASURE: an erasure request is running." })
  kind!: string;

  @Field(() => ID, { description: "Whom or what it is owed to: the id of the erasure request." })
  object!: string;

  @Field(() => Date)
  since!: Date;
}

export const OwnershipTransferConnection = connectionOf(OwnershipTransferType, "OwnershipTransfer");
