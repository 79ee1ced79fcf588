import { datasetKey, type DatasetName } from "../protocol";

/** What a dataset's verify handler has to show before it counts as alive; each is shown by a check of its own. */
export const SHOWINGS = ["LOSES_WHAT_IS_ERASED", "FINDS_WHAT_COMES_AGAIN", "FINDS_BY_EACH_IDENTIFIER", "LOOKS_INTO_ITS_OWN_DATASET"] as const;
export type Showing = (typeof SHOWINGS)[number];

/** What the examination has seen of each dataset's verify handler. One wrong answer outweighs all right ones. */
export class Liveness {
  private readonly shown = new Map<string, Set<Showing>>();
  private readonly doubted = new Set<string>();

  show(showing: Showing, datasets: readonly DatasetName[]): void {
    for (const key of datasets.map(datasetKey)) this.shown.set(key, (this.shown.get(key) ?? new Set()).add(showing));
  }

  doubt(datasets: readonly DatasetName[]): void {
    for (const key of datasets.map(datasetKey)) this.doubted.add(key);
  }

  isDoubted(dataset: DatasetName): boolean {
    return this.doubted.has(datasetKey(dataset));
  }

  isProven(dataset: DatasetName): boolean {
    const key = datasetKey(dataset);
    return !this.doubted.has(key) && SHOWINGS.every((showing) => this.shown.get(key)?.has(showing));
  }
}
