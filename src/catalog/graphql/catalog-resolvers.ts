import { AttestationResolver } from "./attestation-resolver";
import { CatalogMutationResolver } from "./catalog-mutation-resolver";
import { CatalogQueryResolver } from "./catalog-query-resolver";
import { CoverageResolver } from "./coverage-resolver";
import { DatasetResolver } from "./dataset-resolver";
import { EntityResolver } from "./entity-resolver";
import { ExportResolver } from "./export-resolver";
import { FieldNotesResolver } from "./field-resolver";
import { FindingResolver } from "./finding-resolver";
import { OwnershipAssignmentResolver } from "./assignment-resolver";
import { OwnershipCellResolver, OwnershipMatrixResolver } from "./matrix-resolver";
import { AccessReportReportingResolver, ReportingResolver } from "./reporting-resolver";
import { ServiceEntitiesResolver } from "./service-entities-resolver";
import { ServiceResolver } from "./service-resolver";
import { OwnershipTransferResolver, TransferOperationsResolver } from "./transfer-resolver";

/** All resolvers of the room. */
export const CATALOG_RESOLVERS = [
  CatalogQueryResolver, CatalogMutationResolver, ServiceResolver, EntityResolver, DatasetResolver, FieldNotesResolver, OwnershipAssignmentResolver,
  TransferOperationsResolver, OwnershipTransferResolver,
  OwnershipMatrixResolver, OwnershipCellResolver, CoverageResolver, AttestationResolver, ServiceEntitiesResolver,
  FindingResolver, ExportResolver, ReportingResolver, AccessReportReportingResolver,
] as const;
