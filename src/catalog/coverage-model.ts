/** How well it is proven, of datasets in scope, that what was erased there is gone: numbers of datasets by grade. */
export interface Coverage {
  /** All that are known, retired ones included. */
  readonly total: number;
  /** Those that count; both numbers are shown, so that declassifying cannot improve the figure unseen. */
  readonly inScope: number;
  readonly g0: number;
  readonly g1: number;
  readonly g2: number;
  readonly g3: number;
  readonly g4: number;
}

export interface ServiceCoverage {
  /** Null: of the datasets that no service hosts. */
  readonly serviceKey: string | null;
  readonly coverage: Coverage;
}

export interface CoverageDay {
  /** YYYY-MM-DD, in UTC. */
  readonly day: string;
  readonly coverage: Coverage;
}

export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

const LOOKED_AT_EVERY_MS = 5 * 60 * 1000;

/** Whether coverage is to be recorded again: some minutes after the last look, or as soon as another day has begun. */
export const isLookDue = (last: Date | undefined, now: Date): boolean =>
  last === undefined || dayOf(last) !== dayOf(now) || now.getTime() - last.getTime() >= LOOKED_AT_EVERY_MS;
