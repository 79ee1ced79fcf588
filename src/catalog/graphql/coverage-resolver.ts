import { Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import { checkPage, type Page } from "../../platform/database/keyset";
import { notFound } from "../../platform/errors";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import { type Coverage, type CoverageDay, dayOf, type ServiceCoverage } from "../coverage-model";
import type { Service } from "../model";
import { serviceKeyOf } from "../public-ids";
import { findCoverage, listCoverageByService, listCoverageDays } from "../storage/coverage-queries";
import { serviceLoader } from "./catalog-loaders";
import { ServiceType } from "./catalog-types";
import { CoverageArgs, CoverageHistoryArgs } from "./coverage-inputs";
import { CoverageDayType, CoverageType, ServiceCoverageConnection, ServiceCoverageType } from "./coverage-types";

const HISTORY_MS = 90 * 24 * 60 * 60 * 1000;

@Resolver(() => ServiceCoverageType)
export class CoverageResolver {
  @Query(() => CoverageType, { description: "How well erasure is proven now." })
  @Requires("catalog:erasure-coverage")
  async erasureCoverage(@Ctx() context: RequestContext, @Args(() => CoverageArgs) { service }: CoverageArgs): Promise<Coverage> {
    return findCoverage(context.deps.db, await knownKey(context, service));
  }

  @Query(() => ServiceCoverageConnection, { description: "Of what no service hosts, then of each service that has datasets, by key." })
  @Requires("catalog:erasure-coverage-by-service")
  erasureCoverageByService(@Ctx() { deps }: RequestContext, @Args(() => PageArgs) page: PageArgs): Promise<Page<ServiceCoverage>> {
    checkPage(page);
    return listCoverageByService(deps.db, page);
  }

  @Query(() => [CoverageDayType], { description: "Each day on which it was looked at, the oldest first." })
  @Requires("catalog:erasure-coverage-history")
  async erasureCoverageHistory(@Ctx() context: RequestContext, @Args(() => CoverageHistoryArgs) { service, from, to }: CoverageHistoryArgs): Promise<CoverageDay[]> {
    const end = to ?? context.deps.clock.now();
    const begin = from ?? new Date(end.getTime() - HISTORY_MS);
    return listCoverageDays(context.deps.db, await knownKey(context, service), dayOf(begin), dayOf(end));
  }

  @FieldResolver(() => ServiceType, { nullable: true, description: "Null: of the datasets that no service hosts." })
  service(@Root() { serviceKey }: ServiceCoverage, @Ctx() context: RequestContext): Promise<Service | undefined> | null {
    return serviceKey === null ? null : context.loader(serviceLoader).load(serviceKey);
  }
}

/** The service's key, null for the company. Refuses (NOT_FOUND) a service that is not registered: nothing would look like all is well. */
async function knownKey(context: RequestContext, service: string | null | undefined): Promise<string | null> {
  if (!service) return null;
  const known = await context.loader(serviceLoader).load(serviceKeyOf(service));
  if (known === undefined) throw notFound("service: not registered");
  return known.key;
}
