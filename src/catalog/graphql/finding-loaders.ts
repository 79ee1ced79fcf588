import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import { countSilenced } from "../storage/silence-queries";

/** How many unresolved findings a rule silences; undefined for none. */
export const silencedLoader = ({ deps }: RequestContext): DataLoader<string, number | undefined> =>
  new DataLoader(async (ids) => {
    const counts = await countSilenced(deps.db, ids);
    return ids.map((id) => counts.get(id));
  });
