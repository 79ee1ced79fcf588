/** What is wrong with the log, and the smallest leaf index at which anything is. */
export interface LogFault {
  readonly ok: false;
  readonly faultyIndex: number;
  /** One sentence; names nothing of what entries say. */
  readonly fault: string;
}

/** What a log in which nothing is wrong was found to hold. */
export interface LogSummary {
  readonly ok: true;
  /** Entries under the newest checkpoint. */
  readonly size: number;
  readonly checkpoints: number;
  /** Entries that were read; `dropped`: entries that retention took away, of which their leaf hashes are left. */
  readonly entries: number;
  readonly dropped: number;
  /** Entries that no checkpoint covers yet: nobody could tell if these were altered. */
  readonly unprotected: number;
  /** Size of the checkpoint remembered outside the database; null where none was given: then nothing tells an older copy of the whole database. */
  readonly remembered: number | null;
}

/** Keeps the fault that lies first in the log; of several at one index, the one found first. */
export class FirstFault {
  private first: LogFault | undefined;

  get found(): LogFault | undefined {
    return this.first;
  }

  report(faultyIndex: number, fault: string): void {
    if (this.first === undefined || faultyIndex < this.first.faultyIndex) this.first = { ok: false, faultyIndex, fault };
  }
}
