import { Field, ID, ObjectType } from "type-graphql";
import type { Attestation } from "../attestation-model";

@ObjectType("Attestation", { description: "That nobody can be found in a dataset. In force from its confirmation until it expires." })
export class AttestationType implements Attestation {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  method!: string;

  @Field(() => Date)
  expiresAt!: Date;

  @Field(() => String)
  proposedBy!: string;

  @Field(() => Date)
  proposedAt!: Date;

  @Field(() => String, { nullable: true })
  confirmedBy!: string | null;

  @Field(() => Date, { nullable: true, description: "Null: proposed, without effect." })
  confirmedAt!: Date | null;
}
