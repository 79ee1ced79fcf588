import { Field, ID, Int, ObjectType } from "type-graphql";
import type { AuditRecovery } from "../use-cases/recover-audit-log";

@ObjectType("AuditRecovery", { description: "A break between the audit log's high-water mark and its database, as it was recorded in the log." })
export class AuditRecoveryType implements AuditRecovery {
  @Field(() => ID, { description: "`log:` and the name of the log." })
  id!: string;

  @Field(() => String, { description: "MISSING, FOREIGN, ORIGIN, BEHIND or FORKED." })
  reason!: AuditRecovery["reason"];

  @Field(() => String, { description: "What was wrong, with sizes." })
  found!: string;

  @Field(() => String, { description: "What the log's entry says: the high-water mark, and where the database stood." })
  recorded!: string;

  @Field(() => Int, { description: "Checkpoints of more entries than these, signed before, need not be extended by those to come." })
  extendsUpTo!: number;
}
