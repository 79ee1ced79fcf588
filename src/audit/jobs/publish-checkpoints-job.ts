import type { Deps } from "../../platform/deps";
import { publishCheckpoint, SignerStopped } from "../use-cases/publish-checkpoint";

/** Lets the tree grow and signs checkpoints. That the signer stopped, why, and that it goes on is logged when it changes, not in each run. */
export function createPublishCheckpointsJob(deps: Deps): { name: string; runOnce(): Promise<boolean> } {
  let stopped: SignerStopped["reason"] | undefined;
  return {
    name: "publish-checkpoints",
    runOnce: async () => {
      try {
        const more = await publishCheckpoint(deps);
        if (more === undefined) return false;
        if (stopped !== undefined) deps.log.info("checkpoints of the audit log are signed again");
        stopped = undefined;
        return more;
      } catch (error) {
        if (!(error instanceof SignerStopped)) throw error;
        if (error.reason !== stopped) deps.log.error({ reason: error.reason }, error.message);
        stopped = error.reason;
        return false;
      }
    },
  };
}
