import { CustodyResolver } from "./custody-resolver";
import { DisposalResolver } from "./disposal-resolver";
import { FlowResolver } from "./flow-resolver";
import { IdentityResolver } from "./identity-resolver";
import { IngestResolver } from "./ingest-resolver";
import { JobResolver } from "./job-resolver";
import { LineageResolver } from "./lineage-resolver";
import { ObservedDatasetResolver } from "./observed-dataset-resolver";
import { ReachResolver } from "./reach-resolver";
import { UndeclaredFlowResolver } from "./undeclared-flow-resolver";

/** All resolvers of the room. */
export const LINEAGE_RESOLVERS = [CustodyResolver, DisposalResolver, FlowResolver, IdentityResolver, IngestResolver, JobResolver, LineageResolver, ObservedDatasetResolver, ReachResolver, UndeclaredFlowResolver] as const;
