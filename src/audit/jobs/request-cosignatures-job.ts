import type { Deps } from "../../platform/deps";
import type { Outbound } from "../../platform/outbound/outbound";
import { requestCosignature } from "../use-cases/request-cosignature";
import type { Witness } from "../witness-model";

const LONGEST_PAUSE_MS = 60_000;

interface Surroundings {
  readonly outbound: Outbound;
  readonly count: (witness: string, outcome: "cosigned" | "failed") => void;
  /** Milliseconds of real time, because the clock may stand still. */
  readonly elapsed?: () => number;
}

/**
 * Has each new checkpoint cosigned by one witness. One that fails is left alone for twice as long each time, a minute at most; the log says when it began
 * to fail and when it cosigns again.
 */
export function createRequestCosignaturesJob(deps: Deps, witness: Witness, surroundings: Surroundings): { name: string; runOnce(): Promise<boolean> } {
  const { outbound, count, elapsed = () => performance.now() } = surroundings;
  const { name } = witness.vkey;
  let failures = 0;
  let pausedUntil = -Infinity;
  return {
    name: "request-cosignatures",
    runOnce: async () => {
      if (elapsed() < pausedUntil) return false;
      try {
        const cosigned = await requestCosignature(deps, outbound, witness);
        if (!cosigned) return false;
        count(name, "cosigned");
        if (failures > 0) deps.log.info({ witness: name }, "the witness cosigns again");
        failures = 0;
        return true;
      } catch (error) {
        count(name, "failed");
        if (failures === 0) deps.log.warn({ witness: name, reason: (error as Error).message }, "the witness does not cosign");
        failures += 1;
        pausedUntil = elapsed() + Math.min(1000 * 2 ** (failures - 1), LONGEST_PAUSE_MS);
        return false;
      }
    },
  };
}
