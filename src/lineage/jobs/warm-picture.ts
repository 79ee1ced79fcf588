import type { Deps } from "../../platform/deps";
import { warmGraph } from "../storage/flow-graph-queries";

/** Has the picture in memory before the first query wants it. Where that goes wrong, it is logged and left to that query. */
export const warmPicture = ({ db, log }: Pick<Deps, "db" | "log">): Promise<void> =>
  warmGraph(db, "flows").catch((error: unknown) => log.error({ err: error }, "could not read the picture into memory; the first query tries again"));
