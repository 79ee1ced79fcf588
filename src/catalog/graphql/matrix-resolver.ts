import { Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { checkPage } from "../../platform/database/keyset";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Finding } from "../finding-model";
import { cellsOf, type MatrixCell } from "../matrix-model";
import type { Entity, Service } from "../model";
import { listMatrix } from "../storage/matrix-queries";
import { entityAssignmentsLoader, entityLoader, serviceLoader } from "./catalog-loaders";
import { EntityType, ServiceType } from "./catalog-types";
import { FindingType } from "./finding-types";
import { matrixFilterOf, OwnershipMatrixArgs } from "./matrix-inputs";
import { type FindingsKey, matrixFindingsLoader } from "./matrix-loaders";
import { OwnershipCellType, OwnershipMatrixType, OwnershipRowType } from "./matrix-types";

@Resolver(() => OwnershipRowType)
export class OwnershipMatrixResolver {
  @Query(() => OwnershipMatrixType, { description: "Without a system of record first, then with several writers, then the rest, each by the entity's key." })
  @Requires("catalog:ownership-matrix")
  async ownershipMatrix(@Ctx() { deps }: RequestContext, @Args(() => OwnershipMatrixArgs) { first, after, filter, ...given }: OwnershipMatrixArgs): Promise<OwnershipMatrixType> {
    checkPage({ first });
    const instants = { asOf: given.asOf ?? null, knownAt: given.knownAt ?? null };
    const { edges, pageInfo } = await listMatrix(deps.db, matrixFilterOf(filter ?? {}), instants, { first, after });
    const rows = edges.map(({ node }): FindingsKey => ({ entityKey: node.entityKey, ...instants }));
    return { asOf: instants.asOf ?? deps.clock.now(), knownAt: instants.knownAt ?? deps.clock.now(), rows, pageInfo };
  }

  @FieldResolver(() => EntityType)
  entity(@Root() { entityKey }: FindingsKey, @Ctx() context: RequestContext): Promise<Entity | undefined> {
    return context.loader(entityLoader).load(entityKey);
  }

  @FieldResolver(() => [OwnershipCellType], { description: "The system of record first, then by the service's key." })
  async cells(@Root() { entityKey: key, asOf, knownAt }: FindingsKey, @Ctx() context: RequestContext): Promise<MatrixCell[]> {
    return cellsOf(await context.loader(entityAssignmentsLoader).load({ key, asOf: asOf ?? context.deps.clock.now(), knownAt }));
  }

  @FieldResolver(() => [FindingType], {
    description: "Open or accepted ones, newest first: its own, those of its datasets, dead teams of its services. With asOf or knownAt: those of ownership as it was then, others if found by then and still open.",
  })
  findings(@Root() row: FindingsKey, @Ctx() context: RequestContext): Promise<Finding[]> {
    return context.loader(matrixFindingsLoader).load(row);
  }
}

@Resolver(() => OwnershipCellType)
export class OwnershipCellResolver {
  @FieldResolver(() => ServiceType)
  service(@Root() { serviceKey }: MatrixCell, @Ctx() context: RequestContext): Promise<Service | undefined> {
    return context.loader(serviceLoader).load(serviceKey);
  }
}
