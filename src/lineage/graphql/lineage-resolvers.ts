import { IdentityResolver } from "./identity-resolver";
import { IngestResolver } from "./ingest-resolver";

/** All resolvers of the room. */
export const LINEAGE_RESOLVERS = [IdentityResolver, IngestResolver] as const;
