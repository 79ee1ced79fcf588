import { ErasureProgressResolver } from "./erasure-progress-resolver";
import { ErasureRequestRelations, ErasureTaskRelations } from "./erasure-relations-resolver";
import { ErasureResolver } from "./erasure-resolver";

export const ERASURE_RESOLVERS = [ErasureResolver, ErasureRequestRelations, ErasureTaskRelations, ErasureProgressResolver];
