import { Arg, Args, Ctx, ID, Query, Resolver } from "type-graphql";
import type { Page } from "../../platform/database/keyset";
import { PageArgs } from "../../platform/graphql/connection";
import type { RequestContext } from "../../platform/graphql/request-context";
import { Requires } from "../../platform/graphql/requires";
import type { AuditEntry } from "../model";
import { readAuditEntries, readAuditEntry } from "../use-cases/read-audit-entries";
import { AuditFilter } from "./audit-inputs";
import { AuditEntryConnection, AuditEntryType } from "./audit-types";

@Resolver()
export class AuditResolver {
  @Query(() => AuditEntryConnection, { description: "The trail, a page at a time. Reading it is an entry of its own." })
  @Requires("audit:audit-entries")
  auditEntries(
    @Ctx() { deps, caller }: RequestContext,
    @Arg("filter", () => AuditFilter, { nullable: true }) filter: AuditFilter | null | undefined,
    @Arg("newestFirst", () => Boolean, { nullable: true, defaultValue: true }) newestFirst: boolean | null,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Page<AuditEntry>> {
    const { identifier, ...criteria } = presentOf(filter ?? {});
    return readAuditEntries(deps, { actor: caller.principal, criteria, identifier, newestFirst: newestFirst ?? true, first: page.first, after: page.after });
  }

  @Query(() => AuditEntryType, { nullable: true })
  @Requires("audit:audit-entry")
  async auditEntry(@Ctx() { deps, caller }: RequestContext, @Arg("id", () => ID) id: string): Promise<AuditEntry | null> {
    return (await readAuditEntry(deps, { id, actor: caller.principal })) ?? null;
  }
}

type Present<T> = { [Member in keyof T]: NonNullable<T[Member]> };

/** The members that were given: GraphQL's null means the same as leaving a filter out. */
const presentOf = <T extends object>(filter: T): Partial<Present<T>> =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null && value !== undefined)) as Partial<Present<T>>;
