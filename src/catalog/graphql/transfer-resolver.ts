import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { Entity, Service } from "../model";
import { entityKeyOf } from "../public-ids";
import { listTransfers } from "../storage/transfer-queries";
import { isAbandoned, type Obligation, type OwnershipTransfer, transferState, type TransferState } from "../transfer-model";
import { acceptOwnershipTransfer } from "../use-cases/accept-ownership-transfer";
import { declineOwnershipTransfer } from "../use-cases/decline-ownership-transfer";
import { proposeOwnershipTransfer } from "../use-cases/propose-ownership-transfer";
import { withdrawOwnershipTransfer } from "../use-cases/withdraw-ownership-transfer";
import { entityLoader, serviceLoader } from "./catalog-loaders";
import { EntityType, ServiceType } from "./catalog-types";
import { DecideTransferInput, ObligationsArgs, OwnershipTransfersArgs, ProposeTransferInput } from "./transfer-inputs";
import { obligationCountLoader, obligationsLoader, transferLoader } from "./transfer-loaders";
import { ObligationType, OwnershipTransferConnection, OwnershipTransferType, TransferStateEnum } from "./transfer-types";

@Resolver()
export class TransferOperationsResolver {
  @Query(() => OwnershipTransferType, { nullable: true })
  @Requires("catalog:ownership-transfer")
  ownershipTransfer(@Ctx() context: RequestContext, @Arg("id", () => ID) id: string): Promise<OwnershipTransfer | undefined> {
    return context.loader(transferLoader).load(id);
  }

  @Query(() => OwnershipTransferConnection, { description: "The newest proposal first." })
  @Requires("catalog:ownership-transfers")
  ownershipTransfers(
    @Ctx() { deps }: RequestContext,
    @Args(() => OwnershipTransfersArgs) { entity, state, ...page }: OwnershipTransfersArgs,
  ): Promise<Page<OwnershipTransfer>> {
    return listTransfers(deps.db, { entityKey: entity ? entityKeyOf(entity) : null, state }, page);
  }

  @Mutation(() => OwnershipTransferType)
  @Requires("catalog:propose-ownership-transfer")
  proposeOwnershipTransfer(
    @Ctx() { deps, caller }: RequestContext,
    @Arg("input", () => ProposeTransferInput) input: ProposeTransferInput,
  ): Promise<OwnershipTransfer> {
    return proposeOwnershipTransfer(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => OwnershipTransferType, { description: "By another principal than the one who proposed it." })
  @Requires("catalog:accept-ownership-transfer")
  acceptOwnershipTransfer(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => DecideTransferInput) input: DecideTransferInput): Promise<OwnershipTransfer> {
    return acceptOwnershipTransfer(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => OwnershipTransferType, { description: "By another principal than the one who proposed it." })
  @Requires("catalog:decline-ownership-transfer")
  declineOwnershipTransfer(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => DecideTransferInput) input: DecideTransferInput): Promise<OwnershipTransfer> {
    return declineOwnershipTransfer(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => OwnershipTransferType, { description: "By the one who proposed it." })
  @Requires("catalog:withdraw-ownership-transfer")
  withdrawOwnershipTransfer(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => DecideTransferInput) input: DecideTransferInput): Promise<OwnershipTransfer> {
    return withdrawOwnershipTransfer(deps, { ...input, actor: caller.principal });
  }
}

@Resolver(() => OwnershipTransferType)
export class OwnershipTransferResolver {
  @FieldResolver(() => TransferStateEnum)
  state(@Root() transfer: OwnershipTransfer, @Ctx() { deps }: RequestContext): TransferState {
    return transferState(transfer, deps.clock.now());
  }

  @FieldResolver(() => EntityType)
  entity(@Root() { entityKey }: OwnershipTransfer, @Ctx() context: RequestContext): Promise<Entity | undefined> {
    return context.loader(entityLoader).load(entityKey);
  }

  @FieldResolver(() => ServiceType, { description: "The system of record so far." })
  from(@Root() { fromServiceKey }: OwnershipTransfer, @Ctx() context: RequestContext): Promise<Service | undefined> {
    return context.loader(serviceLoader).load(fromServiceKey);
  }

  @FieldResolver(() => ServiceType)
  to(@Root() { toServiceKey }: OwnershipTransfer, @Ctx() context: RequestContext): Promise<Service | undefined> {
    return context.loader(serviceLoader).load(toServiceKey);
  }

  @FieldResolver(() => [ObligationType], { description: "Open now for the entity, the oldest first: they are carried over. None once it was declined or withdrawn." })
  obligations(
    @Root() transfer: OwnershipTransfer,
    @Ctx() context: RequestContext,
    @Args(() => ObligationsArgs) page: ObligationsArgs,
  ): Obligation[] | Promise<Obligation[]> {
    checkPage(page);
    return isAbandoned(transfer) ? [] : context.loader(obligationsLoader).load({ entityKey: transfer.entityKey, ...page });
  }

  @FieldResolver(() => Int, { description: "How many obligations there are in all." })
  obligationCount(@Root() transfer: OwnershipTransfer, @Ctx() context: RequestContext): number | Promise<number> {
    return isAbandoned(transfer) ? 0 : context.loader(obligationCountLoader).load(transfer.entityKey);
  }
}
