import { Field, ObjectType } from "type-graphql";
import { PageInfo } from "../../platform/graphql/connection";
import type { MatrixCell } from "../matrix-model";
import { OWNERSHIP_ROLES, type OwnershipRole } from "../ownership-model";
import { OwnershipRoleEnum } from "./catalog-types";

@ObjectType("OwnershipCell", { description: "What one service is to an entity." })
export class OwnershipCellType implements Partial<MatrixCell> {
  @Field(() => [OwnershipRoleEnum], { description: `In the order ${OWNERSHIP_ROLES.join(", ")}.` })
  roles!: readonly OwnershipRole[];
}

@ObjectType("OwnershipRow", { description: "One entity, and every service that is something to it." })
export class OwnershipRowType {}

@ObjectType("OwnershipMatrix", { description: "One page of services x entities." })
export class OwnershipMatrixType {
  @Field(() => Date, { description: "The instant it tells of; asked with, the next pages tell of the same." })
  asOf!: Date;

  @Field(() => Date, { description: "The instant at which it was known so; likewise." })
  knownAt!: Date;

  @Field(() => [OwnershipRowType])
  rows!: OwnershipRowType[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
