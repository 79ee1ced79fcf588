import { Arg, Args, Ctx, Mutation, Query, Resolver } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { ConfirmInput } from "../../platform/graphql/shared-inputs";
import type { AccessToken, CreatedToken } from "../model";
import { listTokens } from "../storage/token-queries";
import { createToken } from "../use-cases/create-token";
import { revokeToken } from "../use-cases/revoke-token";
import { CreateTokenInput } from "./access-inputs";
import { AccessTokenConnection, AccessTokenType, CreatedTokenType } from "./access-types";

@Resolver()
export class AccessResolver {
  @Query(() => AccessTokenConnection, { description: "All tokens ever made, newest first." })
  @Requires("access:tokens")
  tokens(@Ctx() { deps }: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<AccessToken>> {
    checkPage(page);
    return listTokens(deps.db, page);
  }

  @Mutation(() => CreatedTokenType)
  @Requires("access:create-token")
  createToken(
    @Ctx() { deps, caller }: RequestContext,
    @Arg("input", () => CreateTokenInput) input: CreateTokenInput,
  ): Promise<CreatedToken> {
    return createToken(deps, { ...input, actor: caller.principal });
  }

  @Mutation(() => AccessTokenType, { description: "Takes effect at once here, within two seconds in other processes." })
  @Requires("access:revoke-token")
  revokeToken(@Ctx() { deps, caller }: RequestContext, @Arg("input", () => ConfirmInput) { id }: ConfirmInput): Promise<AccessToken> {
    return revokeToken(deps, { id, actor: caller.principal });
  }
}
