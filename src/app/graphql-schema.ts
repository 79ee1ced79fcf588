import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { AccessResolver } from "../access/graphql/access-resolver";
import { recordDenied } from "../audit";
import { AccessEventResolver } from "../audit/graphql/access-resolver";
import { AccessReportResolver } from "../audit/graphql/access-report-resolver";
import { AuditResolver } from "../audit/graphql/audit-resolver";
import { DropResolver } from "../audit/graphql/drop-resolver";
import { LogResolver } from "../audit/graphql/log-resolver";
import { RecoveryResolver } from "../audit/graphql/recovery-resolver";
import { CATALOG_RESOLVERS } from "../catalog/graphql/catalog-resolvers";
import { DispatchResolver } from "../dispatch/graphql/dispatch-resolver";
import { EndpointResolver } from "../dispatch/graphql/endpoint-resolver";
import { ERASURE_RESOLVERS } from "../erasure/graphql/erasure-resolvers";
import { LINEAGE_RESOLVERS } from "../lineage/graphql/lineage-resolvers";
import { buildGuardedSchema, type ResolverClass } from "../platform/graphql/build-schema";

/** The resolvers of every room: a new room adds its own here. */
const RESOLVERS: readonly ResolverClass[] = [
  AccessResolver, AuditResolver, AccessReportResolver, LogResolver, AccessEventResolver, RecoveryResolver, DropResolver, ...CATALOG_RESOLVERS, DispatchResolver, EndpointResolver, ...LINEAGE_RESOLVERS, ...ERASURE_RESOLVERS,
];

/** The schema of the whole house, each operation guarded by its permission. */
export const buildGraphqlSchema = (): GraphQLSchema => buildGuardedSchema(RESOLVERS, recordDenied);
