import { randomInt, randomUUID } from "node:crypto";
import { type DatasetName, datasetUrn } from "../protocol";
import { type AccessVerdict, pause, postAccesses } from "./post-accesses";
import type { Clock } from "./settings";

/** That somebody's data was accessed, or that this was denied. */
export interface DataAccess {
  /** Your own name for it, under which it is recorded once; a random one if absent. */
  readonly eventId?: string;
  /** When; now if absent. */
  readonly at?: Date;
  /** Who accessed: a pseudonym, such as the number of the employee. */
  readonly actor: string;
  /** Its id in the catalog, or its namespace and name. */
  readonly dataset: string | DatasetName;
  readonly fields?: readonly string[];
  /** Whose data. Cadastre keeps a keyed digest of it only. */
  readonly identifier?: { readonly type: string; readonly value: string };
  /** What for, and on which legal basis; empty where none is known, which is reported. */
  readonly purpose: string;
  readonly basis: string;
  readonly allowed?: boolean;
  /** From where: a host, a screen. */
  readonly source?: string;
}

export interface AuditClientOptions {
  /** Cadastre's public URL. */
  readonly url: string;
  /** A bearer token with the role `service`. */
  readonly token: string;
  readonly clock?: Clock;
  /** Most events in one request (500), and how long one waits for others to go with (200 ms). */
  readonly batchSize?: number;
  readonly batchMs?: number;
  /** Most events in memory (10,000). When there are so many, `record` waits, or with `whenFull: "drop"` events are dropped and counted. */
  readonly capacity?: number;
  readonly whenFull?: "wait" | "drop";
  /** The wait after a failed request (500 ms), doubled each time up to the longest (30 s). */
  readonly retryMs?: number;
  readonly longestRetryMs?: number;
  readonly timeoutMs?: number;
  /** Hears of events that Cadastre will not take, with the code; by default a line on stderr. */
  readonly onRefused?: (access: DataAccess, code: string) => void;
  /** Hears how many events were dropped, each time; needed for `whenFull: "drop"`. */
  readonly onDropped?: (count: number) => void;
  /** Hears of requests that failed and are tried again; by default a line on stderr. */
  readonly onFailure?: (failure: string) => void;
}

/** The access was not recorded. */
export class AccessNotRecorded extends Error {
  override readonly name = "AccessNotRecorded";
}

interface Held {
  readonly access: DataAccess;
  readonly line: string;
  readonly settle: (verdict: AccessVerdict | "left") => void;
}

const BATCH_BYTES = 1024 * 1024;
const CLOSE_WITHIN_MS = 10_000;

/** Reports accesses to Cadastre: in batches, again until they are answered, from bounded memory. Close it before the process ends. */
export function auditClient(options: AuditClientOptions): AuditClient {
  if (options.whenFull === "drop" && !options.onDropped) throw new Error('onDropped: needed with whenFull "drop": nothing is lost unheard');
  return new AuditClient(options);
}

export class AuditClient {
  private readonly held: Held[] = [];
  private readonly room: (() => void)[] = [];
  private readonly settling = new Set<Promise<unknown>>();
  private readonly abort = new AbortController();
  private readonly clock: Clock;
  private readonly left: DataAccess[] = [];
  private batchSize: number;
  private running = false;
  private isClosed = false;
  /** Somebody waits for what is in memory. */
  private isHurried = false;
  private endGathering = (): void => undefined;

  constructor(private readonly options: AuditClientOptions) {
    // eslint-disable-next-line no-restricted-syntax -- the kit runs in the service's process, by whose clock it goes
    this.clock = options.clock ?? { now: () => new Date() };
    this.batchSize = options.batchSize ?? 500;
  }

  /**
   * Takes an access into memory, whence it is sent; waits while that is full. Throws (`AccessNotRecorded`) once the client was closed, and what
   * JSON throws where a member cannot be written (a bigint, a cycle).
   * Whether it was recorded in the end is told by `onRefused`, and by `confirm`.
   */
  async record(access: DataAccess): Promise<void> {
    await this.take(access);
  }

  /** Records an access and waits until it is durable. Throws (`AccessNotRecorded`) where Cadastre refuses it, or the client is closed before. */
  async confirm(access: DataAccess): Promise<void> {
    const settled = await this.take(access);
    this.hurry();
    const verdict = await settled?.verdict;
    if (verdict === undefined) throw new AccessNotRecorded("the access was dropped, because too many wait");
    if (verdict === "left") throw new AccessNotRecorded("the client was closed before the access was recorded");
    if (verdict.status === "refused") throw new AccessNotRecorded(`the access was refused: ${verdict.code}`);
  }

  /** Sends what is in memory without waiting for more; done when all of it has been answered. */
  async flush(): Promise<void> {
    while (this.settling.size > 0) {
      this.hurry();
      await Promise.all(this.settling);
    }
  }

  /** Takes no more, and flushes. What is not answered by the deadline (10 s) is given back: it was perhaps not recorded, and may be sent again. */
  async close(deadlineMs = CLOSE_WITHIN_MS): Promise<{ readonly left: readonly DataAccess[] }> {
    this.isClosed = true;
    this.hurry();
    for (const proceed of this.room.splice(0)) proceed();
    const timer = setTimeout(() => this.abort.abort(), deadlineMs);
    await this.flush();
    clearTimeout(timer);
    return { left: this.left };
  }

  private async take(access: DataAccess): Promise<{ readonly verdict: Promise<AccessVerdict | "left"> } | undefined> {
    while (this.held.length >= (this.options.capacity ?? 10_000) && !this.isClosed) {
      if (this.options.whenFull === "drop") {
        this.options.onDropped?.(1);
        return undefined;
      }
      await new Promise<void>((proceed) => this.room.push(proceed));
    }
    if (this.isClosed) throw new AccessNotRecorded("the client is closed");
    // eslint-disable-next-line no-restricted-syntax -- the kit runs in the service's process, which has no ids of ours
    const { eventId = randomUUID(), at = this.clock.now(), dataset, ...others } = access;
    const whole: DataAccess = { ...others, eventId, at, dataset: typeof dataset === "string" ? dataset : datasetUrn(dataset) };
    // Before the promise: what cannot be written as JSON is the caller's error, and was not taken.
    const line = JSON.stringify(whole);
    const verdict = new Promise<AccessVerdict | "left">((settle) => this.held.push({ access: whole, line, settle }));
    this.settling.add(verdict);
    void verdict.finally(() => this.settling.delete(verdict));
    if (this.held.length >= this.batchSize) this.hurry();
    if (!this.running) void this.run();
    return { verdict };
  }

  /** One request at a time, so that events arrive in their order. */
  private async run(): Promise<void> {
    this.running = true;
    for (let failures = 0; this.held.length > 0; ) {
      if (this.abort.signal.aborted) {
        this.giveBack();
        break;
      }
      if (failures === 0 && this.held.length < this.batchSize) await this.gather();
      const batch = this.nextBatch();
      const outcome = await postAccesses({ ...this.options, url: this.options.url.replace(/\/+$/, ""), timeoutMs: this.options.timeoutMs ?? 30_000 }, batch.map(({ line }) => line), this.abort.signal);
      const wait = "failure" in outcome ? this.afterFailure(outcome, batch) : this.afterAnswer(outcome.verdicts, batch);
      failures = wait === undefined ? 0 : failures + 1;
      if (wait !== undefined) await pause(Math.max(wait, this.backoff(failures)), this.abort.signal);
    }
    this.running = false;
  }

  /** Lets more events come, until there are enough or somebody is in a hurry. */
  private async gather(): Promise<void> {
    const gathered = new AbortController();
    this.endGathering = () => gathered.abort();
    if (!this.isHurried) await pause(this.options.batchMs ?? 200, gathered.signal);
    this.isHurried = false;
  }

  private hurry(): void {
    this.isHurried = true;
    this.endGathering();
  }

  private nextBatch(): Held[] {
    let bytes = 0;
    const end = this.held.findIndex(({ line }, index) => index >= this.batchSize || (bytes += Buffer.byteLength(line) + 1) > BATCH_BYTES);
    return this.held.slice(0, end < 0 ? this.held.length : Math.max(end, 1));
  }

  /** Answers how long to wait at least before the next request, if at all. */
  private afterFailure({ failure, retryAfterMs, tooLarge }: { failure: string; retryAfterMs: number; tooLarge: boolean }, batch: readonly Held[]): number | undefined {
    if (this.abort.signal.aborted) return 0;
    if (tooLarge && batch.length === 1) return this.afterAnswer([{ status: "refused", code: "TOO_LARGE" }], batch);
    if (tooLarge) {
      this.batchSize = Math.ceil(batch.length / 2);
      return undefined;
    }
    (this.options.onFailure ?? reportFailure)(failure);
    return retryAfterMs;
  }

  private afterAnswer(verdicts: readonly AccessVerdict[], batch: readonly Held[]): number | undefined {
    this.held.splice(0, batch.length, ...batch.filter((_, index) => verdicts[index]?.status === "again"));
    for (const [index, { access, settle }] of batch.entries()) {
      const verdict = verdicts[index] as AccessVerdict;
      if (verdict.status === "again") continue;
      if (verdict.status === "refused") (this.options.onRefused ?? reportRefusal)(access, verdict.code);
      settle(verdict);
    }
    for (const proceed of this.room.splice(0)) proceed();
    return verdicts.some(({ status }) => status === "again") ? 0 : undefined;
  }

  private giveBack(): void {
    for (const { access, settle } of this.held.splice(0)) {
      this.left.push(access);
      settle("left");
    }
  }

  /** Between half and all of the wait, so that many services do not come back at one moment. */
  private backoff(failures: number): number {
    const wait = Math.min((this.options.retryMs ?? 500) * 2 ** (failures - 1), this.options.longestRetryMs ?? 30_000);
    // eslint-disable-next-line no-restricted-syntax -- as above: jitter, in the service's process
    return wait / 2 + randomInt(Math.floor(wait / 2) + 1);
  }
}

/** Without the access, which is personal data. */
const reportRefusal = (_access: DataAccess, code: string): void =>
  void process.stderr.write(`cadastre: an access was refused with ${code}; pass onRefused to see more\n`);
const reportFailure = (failure: string): void => void process.stderr.write(`cadastre: accesses could not be reported (${failure}); trying again\n`);
