import type { JobRunState } from "./model";
import { type DrawnRow, type FlowKey, keyText, type PictureRow, type TraitsRule } from "./picture-row-model";
import { type Draft, Sheet } from "./sheet";

/** That a flow was there from `first` to `last`. HELD: for good. OPEN: while its run is open. VOID: its run failed. */
export interface Claim<Traits> extends FlowKey {
  readonly standing: "HELD" | "OPEN" | "VOID";
  /** Where the standing is not HELD, the run's row. */
  readonly run: number;
  readonly first: number;
  readonly last: number;
  readonly traits: Traits;
}

/** Half a millisecond after an instant: begins an epoch to which the instant itself does not belong. Rows end at the instant. */
export const justAfter = (at: number): number => at + 0.5;

export interface Circumstances {
  /** When the present epoch of this flow began: what was last there before then has ended; -Infinity: it always was. */
  readonly cut: number;
  /** That changed just now: what nothing claims for the present epoch ends. */
  readonly recut: boolean;
  /** Since when better lineage of the same job and output hides it; Infinity: none does. */
  readonly better: number;
  /** How runs stand that rows may hang on; of others nothing is known. */
  readonly runs: ReadonlyMap<number, RunStanding>;
  /** The run itself states better lineage of the same output. */
  hiddenByItself(run: number): boolean;
}

export interface RunStanding {
  readonly state: JobRunState;
  readonly lastAt: number;
}

/**
 * The rows of one flow once the claims were heard: those that changed and those that are new, never two of a run with the same end.
 * Claims in whatever order, in one list or several, end in the same present picture.
 *
 * The steps stand in this order because each goes by what the one before left: what was ended or is hidden gives up its end first, so that claims of
 * the present take up only rows that go on; what is there for good is placed before open runs, which it covers, and takes over rows of runs that have
 * completed before the rest of these is emptied; only then it is plain which rows of runs are still to be emptied, and last, what a failed run
 * stated is kept where nothing else holds it.
 */
function redraw<Traits>(
  key: FlowKey,
  rows: readonly PictureRow<Traits>[],
  claims: readonly Claim<Traits>[],
  { cut, recut, better, runs, hiddenByItself }: Circumstances,
  rule: TraitsRule<Traits>,
): DrawnRow<Traits>[] {
  const sheet = new Sheet(key, rows, rule);
  const held = [...claims.filter(({ standing }) => standing === "HELD"), ...promoted(rows, runs)];
  const open = [...claims.filter(({ standing }) => standing === "OPEN"), ...stillShown(rows, runs)].filter(({ run }) => !hiddenByItself(run));
  if (recut) endUnclaimed(sheet, held, open, cut);
  if (better < Infinity) for (const row of sheet.openRows()) sheet.end(row, better);
  const spare = sheet.rowsOfRuns((run) => runs.get(run)?.state === "COMPLETE");
  for (const claim of inOrder(held)) place(sheet, claim, cut, better, spare);
  for (const row of spare) if (row.run !== 0) sheet.end(row, -Infinity);
  for (const claim of inOrder(open)) placeOpen(sheet, claim, cut, better);
  for (const row of sheet.rowsOfRuns((run) => isVoid(runs.get(run)?.state) || hiddenByItself(run))) sheet.end(row, -Infinity);
  for (const claim of claims) if (claim.standing === "VOID") remember(sheet, claim);
  return sheet.settled();
}

const isVoid = (state: string | undefined): boolean => state === "FAIL" || state === "ABORT";

const inOrder = <T>(claims: readonly Claim<T>[]): Claim<T>[] => claims.toSorted((one, other) => one.first - other.first || one.last - other.last);

/** What was shown for a run that has completed is there for good. Inputs x outputs are claimed anew with each event of a run. */
const promoted = <T>(rows: readonly PictureRow<T>[], runs: Circumstances["runs"]): Claim<T>[] =>
  rows.flatMap((row) => {
    const run = row.run === 0 || row.provenance === "RUN" ? undefined : runs.get(row.run);
    return run?.state === "COMPLETE" ? [{ ...row, standing: "HELD", run: 0, first: row.since, last: lastOf(row, run) }] : [];
  });

/** What an open run has stated is shown until it ends. */
const stillShown = <T>(rows: readonly PictureRow<T>[], runs: Circumstances["runs"]): Claim<T>[] =>
  rows.flatMap((row) => {
    const run = row.run === 0 || row.provenance === "RUN" || row.until < Infinity ? undefined : runs.get(row.run);
    return run?.state === "OPEN" ? [{ ...row, standing: "OPEN", first: row.since, last: run.lastAt }] : [];
  });

/** Where it was ended while the run was open, it had been there just until then. */
const lastOf = ({ since, until }: PictureRow<unknown>, { lastAt }: RunStanding): number =>
  until === Infinity || until === since ? Math.max(since, lastAt) : until - 1;

/** An epoch began: rows go on if they are claimed for it from its beginning, as they are. */
function endUnclaimed<T>(sheet: Sheet<T>, held: readonly Claim<T>[], open: readonly Claim<T>[], cut: number): void {
  for (const row of sheet.openRows()) {
    const present = (row.run === 0 ? held : open.filter(({ run }) => run === row.run)).filter(({ last }) => last >= cut);
    const goesOn = present.some(({ first }) => first <= cut) && present.every(({ traits }) => sheet.rule.equal(traits, row.traits));
    if (present.length === 0 || (row.since < cut && !goesOn)) sheet.end(row, Math.floor(cut));
  }
}

/** Gives a claim its interval: the one that contains its last instant, else the one that ends where its epoch does. */
function place<T>(sheet: Sheet<T>, claim: Claim<T>, cut: number, better: number, spare: Draft<T>[]): void {
  const { first, last, traits } = claim;
  const around = sheet.established().find(({ since, until }) => since <= last && last < until);
  if (around !== undefined) return sheet.widen(around, first, traits);
  const end = last < cut ? Math.floor(cut) : better;
  if (first >= end) return;
  const ends = sheet.established().find(({ until }) => until === end);
  if (ends !== undefined) return sheet.widen(ends, first, traits);
  const next = last < cut ? sheet.established().find(({ since, until }) => since === cut && until > cut) : sheet.established().find(({ until }) => until === cut && first <= cut);
  if (next !== undefined && sheet.rule.equal(next.traits, traits)) return sheet.stretch(next, first, Math.max(end, next.until), traits);
  // A flow that a person ended and that was seen again begins where it was ended.
  const since = Math.max(first, ...sheet.established().filter(({ until }) => until < end && until > first).map(({ until }) => until));
  const free = spare.find(({ run }) => run !== 0);
  if (free === undefined) sheet.add(0, since, end, traits);
  else sheet.settle(free, since, end, traits);
}

/** Shows a claim while its run is open, unless the flow is there for good. */
function placeOpen<T>(sheet: Sheet<T>, { run, provenance, first, last, traits }: Claim<T>, cut: number, better: number): void {
  const own = sheet.rowsOfRuns((of) => of === run);
  const end = last < cut ? Math.floor(cut) : better;
  if (first >= end || sheet.established().some(({ since, until }) => until === end || (since <= last && last < until))) return;
  const known = own.find(({ until }) => until === end) ?? own.find(({ since, until }) => since < until);
  // Inputs x outputs are claimed anew with each event of their run: an emptied row keeps nothing, and serves the next that fails too.
  const emptied = known === undefined && provenance === "RUN" ? sheet.emptied() : undefined;
  if (emptied !== undefined) sheet.reopen(emptied, run, first, end, traits);
  else if (known === undefined) sheet.add(run, first, end, traits);
  else sheet.stretch(known, first, end, traits);
}

/** A failed run has no place in the picture; an empty interval keeps what it stated, should it complete after all. */
function remember<T>(sheet: Sheet<T>, { run, first, provenance, traits }: Claim<T>): void {
  if (provenance === "RUN" || sheet.rowsOfRuns((of) => of === run).length > 0) return;
  if (!sheet.established().some(({ until }) => until === Infinity)) sheet.add(run, first, first, traits);
}

/** Draws many flows at once; `about` tells the circumstances of each. */
export function redrawAll<Traits>(
  rows: Iterable<PictureRow<Traits>>,
  claims: readonly Claim<Traits>[],
  about: (key: FlowKey) => Circumstances,
  rule: TraitsRule<Traits>,
): DrawnRow<Traits>[] {
  const flows = new Map<string, { key: FlowKey; rows: PictureRow<Traits>[]; claims: Claim<Traits>[] }>();
  const flowOf = ({ from, to, job, provenance }: FlowKey) => {
    const key = { from, to, job, provenance };
    const text = keyText(key);
    if (!flows.has(text)) flows.set(text, { key, rows: [], claims: [] });
    return flows.get(text)!;
  };
  for (const row of rows) flowOf(row).rows.push(row);
  for (const claim of claims) flowOf(claim).claims.push(claim);
  return [...flows.values()].flatMap((flow) => redraw(flow.key, flow.rows, flow.claims, about(flow.key), rule));
}

/** Ends one row of a flow at an instant, whatever may claim it; `rows` are all of that flow. */
export function endRow<Traits>(rows: readonly PictureRow<Traits>[], row: PictureRow<Traits>, at: number, rule: TraitsRule<Traits>): DrawnRow<Traits>[] {
  const { from, to, job, provenance } = row;
  const sheet = new Sheet({ from, to, job, provenance }, rows, rule);
  sheet.endOne(row.id, at);
  return sheet.settled();
}
