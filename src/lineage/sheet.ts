import type { DrawnRow, FlowKey, PictureRow, TraitsRule } from "./picture-row-model";

/** A row while it is drawn; without an id it is new. */
export interface Draft<Traits> {
  readonly id: number | null;
  run: number;
  since: number;
  until: number;
  traits: Traits;
  changed: boolean;
}

/** The rows of one flow while they are drawn. */
export class Sheet<Traits> {
  private readonly drafts: Draft<Traits>[];

  constructor(
    private readonly key: FlowKey,
    rows: readonly PictureRow<Traits>[],
    readonly rule: TraitsRule<Traits>,
  ) {
    this.drafts = rows.map(({ id, run, since, until, traits }) => ({ id, run, since, until, traits, changed: false }));
  }

  established = (): Draft<Traits>[] => this.drafts.filter(({ run, since, until }) => run === 0 && since < until);
  openRows = (): Draft<Traits>[] => this.drafts.filter(({ until }) => until === Infinity);
  rowsOfRuns = (which: (run: number) => boolean): Draft<Traits>[] => this.drafts.filter(({ run }) => run !== 0 && which(run));

  /** A row that hung on a run and never held. */
  emptied = (): Draft<Traits> | undefined => this.drafts.find(({ id, run, since, until }) => id !== null && run !== 0 && since === until);

  add(run: number, since: number, until: number, traits: Traits): void {
    this.drafts.push({ id: null, run, since, until, traits, changed: true });
  }

  /** Where it began by then; else it never was. */
  end(row: Draft<Traits>, at: number): void {
    this.change(row, row.run, row.since, Math.max(row.since, Math.min(row.until, at)), row.traits);
  }

  endOne(id: number, at: number): void {
    for (const row of this.drafts) if (row.id === id) this.end(row, at);
  }

  widen(row: Draft<Traits>, first: number, traits: Traits): void {
    this.change(row, row.run, Math.min(row.since, first), row.until, this.rule.merge(row.traits, traits));
  }

  stretch(row: Draft<Traits>, first: number, until: number, traits: Traits): void {
    this.change(row, row.run, Math.min(row.since, first), until, this.rule.merge(row.traits, traits));
  }

  settle(row: Draft<Traits>, since: number, until: number, traits: Traits): void {
    this.change(row, 0, since, until, this.rule.merge(row.traits, traits));
  }

  reopen(row: Draft<Traits>, run: number, since: number, until: number, traits: Traits): void {
    this.change(row, run, since, until, traits);
  }

  private change(row: Draft<Traits>, run: number, since: number, until: number, traits: Traits): void {
    const same = row.run === run && row.since === since && row.until === until && this.rule.equal(row.traits, traits);
    if (!same) Object.assign(row, { run, since, until, traits, changed: true });
  }

  /** Of rows that end at the same instant one stays; empty ones take an instant that is free. */
  settled(): DrawnRow<Traits>[] {
    const taken = new Map<string, Draft<Traits>>();
    const place = ({ run, until }: Draft<Traits>): string => `${run} ${until}`;
    for (const row of this.drafts.filter(({ since, until }) => since < until)) {
      const other = taken.get(place(row));
      if (other === undefined) taken.set(place(row), row);
      else {
        this.widen(other, row.since, row.traits);
        this.change(row, row.run, row.since, row.since, row.traits);
      }
    }
    for (const row of this.drafts.filter(({ since, until }) => since === until)) {
      while (taken.has(place(row))) this.change(row, row.run, row.since + 1, row.until + 1, row.traits);
      taken.set(place(row), row);
    }
    return this.drafts
      .filter(({ id, run, since, until, changed }) => changed && (id !== null || since < until || run !== 0))
      .map(({ id, run, since, until, traits }) => ({ ...this.key, id, run, since, until, traits }));
  }
}
