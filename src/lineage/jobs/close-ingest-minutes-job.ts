import type { Deps } from "../../platform/deps";
import { closeIngestMinute } from "../use-cases/close-ingest-minute";

/** Closes the minutes of ingest over HTTP, one in each run. */
export const createCloseIngestMinutesJob = (deps: Deps): { name: string; runOnce(): Promise<boolean> } => ({
  name: "close-ingest-minutes",
  runOnce: () => closeIngestMinute(deps),
});
