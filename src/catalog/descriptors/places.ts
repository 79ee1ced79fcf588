/** One file of a source. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Passed over where nothing is recognised in it. */
  readonly skippable?: boolean;
}

/** A file in its source: its places are counted on from the files before it, `from` UTF-16 units. */
export interface PlacedFile extends SourceFile {
  readonly from: number;
}

/** What is wrong in a source, and where: `at` counts UTF-16 units from the beginning of its first file. */
export interface TextError {
  readonly at: number;
  readonly text: string;
}

/** The files of a source, each with the place at which it begins. */
export function placeFiles(files: readonly SourceFile[]): PlacedFile[] {
  let from = 0;
  return files.map((file) => {
    const placed = { ...file, from };
    from += file.text.length + 1; // An error at the very end is still in this file.
    return placed;
  });
}

/** Turns places of a source into `path:line:column`. */
export function placesIn(files: readonly PlacedFile[]): (at: number) => string {
  const positions = files.map(({ path, text, from }) => {
    const positionOf = positionsIn(text);
    return { from, placeOf: (at: number) => `${path}:${positionOf(at - from)}` };
  });
  return (at) => (positions.findLast(({ from }) => from <= at) ?? positions[0]!).placeOf(at);
}

/** Turns places of a text into `line:column`, both from 1. */
function positionsIn(text: string): (at: number) => string {
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return (at) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return `${low + 1}:${at - starts[low]! + 1}`;
  };
}
