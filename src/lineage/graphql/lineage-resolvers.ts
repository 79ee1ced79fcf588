import { CustodyResolver } from "./custody-resolver";
import { IdentityResolver } from "./identity-resolver";
import { IngestResolver } from "./ingest-resolver";
import { LineageResolver } from "./lineage-resolver";
import { ReachResolver } from "./reach-resolver";

/** All resolvers of the room. */
export const LINEAGE_RESOLVERS = [CustodyResolver, IdentityResolver, IngestResolver, LineageResolver, ReachResolver] as const;
