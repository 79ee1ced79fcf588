import type { Logger } from "pino";
import type { Clock } from "./clock";
import type { Config } from "./config";
import type { Keyring } from "./crypto/keyring";
import type { Reader, Tx } from "./database/sql";
import type { Ids } from "./ids";

/** What every verb is given. A verb does all its writing inside one `transaction`. */
export interface Deps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keyring: Keyring;
  readonly config: Config;
  readonly log: Logger;
  /** Reads outside a transaction, each statement on its own. */
  readonly db: Reader;
  /** Runs `work` in one READ COMMITTED transaction; deadlocks (40P01) and serialisation failures (40001) run it again, three times at most. */
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
}

/** Who is asking. Approvals compare `principal`, never tokens. */
export interface Caller {
  readonly principal: string;
  readonly permissions: ReadonlySet<string>;
  /** Key of the service whose token this is, if it is one. */
  readonly service?: string;
  /** Id of the token of ours, if it is one: what a producer's share is counted by. */
  readonly token?: string;
}
