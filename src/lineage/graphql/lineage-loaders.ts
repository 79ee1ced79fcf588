import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Transformation } from "../lineage-model";
import { findTransformations } from "../storage/transformation-queries";

/** What happens on the way of a field flow, by its row's id. */
export const transformationLoader = ({ deps }: RequestContext): DataLoader<number, readonly Transformation[]> =>
  new DataLoader(async (flows) => {
    const found = await findTransformations(deps.db, flows);
    return flows.map((flow) => found.get(flow) ?? []);
  });
