import { Field, ID, Int, ObjectType } from "type-graphql";
import { connectionOf } from "../../platform/graphql/connection";
import { DateTimeScalar } from "../../platform/graphql/scalars";
import type { AuditEntry } from "../model";

@ObjectType("AuditEntry", { description: "Who did what to which object, when and with which outcome." })
export class AuditEntryType implements AuditEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { nullable: true, description: "Place in the log; null until the entry has one." })
  leafIndex!: number | null;

  @Field(() => DateTimeScalar)
  at!: Date;

  @Field(() => String, { description: "`<room>.<operation in kebab case>`." })
  action!: string;

  @Field(() => String, { description: "Principal of the caller." })
  actor!: string;

  @Field(() => ID, { nullable: true })
  object!: string | null;

  @Field(() => String, { description: "`ok` or `denied`." })
  outcome!: string;

  @Field(() => String, { nullable: true })
  purpose!: string | null;

  @Field(() => String, { nullable: true })
  basis!: string | null;
}

export const AuditEntryConnection = connectionOf(AuditEntryType, "AuditEntry");
