/** One measured figure beside its yardstick, both from the same process run. */
export interface Figure {
  readonly bench: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is held against: measured in this run, or a fixed bound. */
  readonly yardstick?: { readonly name: string; readonly value: number };
  /** The bound that has to be kept: of the ratio to a measured yardstick, else of the value. */
  readonly bound: { readonly least: number; readonly most?: number } | { readonly least?: number; readonly most: number };
}

export interface Benchmark {
  readonly name: string;
  /** `effort` is 1, or a share of it: less to do and fewer runs, to see that the benchmark works. Its figures then mean little. */
  run(effort: number): Promise<Figure[]>;
}

/** So many of something, at least one. */
export const shareOf = (count: number, effort: number): number => Math.max(1, Math.round(count * effort));

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/** The value below which the share of them lies. */
export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;

/** Seconds that the work took. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export const ratioOf = ({ value, yardstick }: Figure): number | undefined => (yardstick ? value / yardstick.value : undefined);

export function isReached(figure: Figure): boolean {
  const held = ratioOf(figure) ?? figure.value;
  return held >= (figure.bound.least ?? -Infinity) && held <= (figure.bound.most ?? Infinity);
}

const COLUMNS = ["benchmark", "figure", "measured", "yardstick", "ratio", "bound", ""] as const;

export function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.bench,
    figure.name,
    `${show(figure.value)} ${figure.unit}`,
    figure.yardstick ? `${show(figure.yardstick.value)} ${figure.unit} (${figure.yardstick.name})` : "",
    ratioOf(figure)?.toFixed(2) ?? "",
    [figure.bound.least === undefined ? "" : `≥ ${figure.bound.least}`, figure.bound.most === undefined ? "" : `≤ ${figure.bound.most}`].filter(Boolean).join(", "),
    isReached(figure) ? "reached" : "NOT REACHED",
  ]);
  const widths = COLUMNS.map((column, at) => Math.max(column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [[...COLUMNS], ...rows].map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ").trimEnd()).join("\n");
}

const show = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3));
