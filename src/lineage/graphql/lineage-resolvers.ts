import { IdentityResolver } from "./identity-resolver";

/** All resolvers of the room. */
export const LINEAGE_RESOLVERS = [IdentityResolver] as const;
