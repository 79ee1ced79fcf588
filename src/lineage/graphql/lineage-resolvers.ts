import { CustodyResolver } from "./custody-resolver";
import { IdentityResolver } from "./identity-resolver";
import { IngestResolver } from "./ingest-resolver";
import { ReachResolver } from "./reach-resolver";

/** All resolvers of the room. */
export const LINEAGE_RESOLVERS = [CustodyResolver, IdentityResolver, IngestResolver, ReachResolver] as const;
