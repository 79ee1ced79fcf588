import type { OrderKind } from "../protocol";
import type { Examiner } from "./examiner";

/** A rule of the protocol, put to the test. `examine` throws a Nonconformity, or returns what it could not show. */
export interface Check {
  readonly name: string;
  /** Left out unless the service takes all of these. */
  readonly needs: readonly OrderKind[];
  readonly examine: (examiner: Examiner) => Promise<string | void>;
}
