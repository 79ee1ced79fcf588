import { type DatasetName, datasetUrn, normaliseNamespace } from "./public-ids";

/** A dataset as the data's flow shows it. */
export interface ObservedDataset extends DatasetName {
  /** Null: nothing was said of them. */
  readonly fields: readonly ObservedField[] | null;
  /** Fields that were merely observed and are not among these are gone. */
  readonly replaceFields: boolean;
  /** Other names of it. */
  readonly symlinks: readonly DatasetName[];
  /** The name that it had before this one. */
  readonly renamedFrom: DatasetName | null;
  /** When that was said; without: now. */
  readonly at?: Date;
}

export interface ObservedField {
  readonly name: string;
  readonly type: string | null;
  readonly description: string | null;
}

/** The numbers by which flows go. */
export interface ObservedNumber {
  /** Of the row under that very name: flows keep it. */
  readonly number: number;
  /** Of the dataset whose name it is. */
  readonly root: number;
}

/** That two names are said to be one dataset. */
export interface NameLink {
  readonly of: DatasetName;
  readonly other: DatasetName;
  /** RENAME: `other` was its name until then. */
  readonly reason: "SYMLINK" | "RENAME";
  readonly at: Date | null;
}

/** All that is said of the fields of one dataset. */
export interface SaidFields {
  readonly of: DatasetName;
  readonly fields: ReadonlyMap<string, ObservedField>;
  readonly replace: boolean;
  /** When the latest of it was said; null: now. */
  readonly at: Date | null;
}

export interface Observations {
  /** Every name once, by id: of datasets, then their other names. */
  readonly names: ReadonlyMap<string, DatasetName>;
  readonly links: readonly NameLink[];
  readonly fields: readonly SaidFields[];
}

/** What was observed, each dataset once; what comes later in the list is said last. Fields with names that cannot be kept are left out. */
export function gather(observed: readonly ObservedDataset[]): Observations {
  const names = new Map<string, DatasetName>();
  const links = new Map<string, NameLink>();
  const fields = new Map<string, { of: DatasetName; fields: Map<string, ObservedField>; replace: boolean; at: Date | null }>();
  const named = (given: DatasetName): DatasetName => {
    const name = { namespace: normaliseNamespace(given.namespace), name: given.name };
    const id = datasetUrn(name);
    if (!names.has(id)) names.set(id, name);
    return names.get(id)!;
  };
  for (const dataset of observed) {
    const of = named(dataset);
    const id = datasetUrn(of);
    if (dataset.fields !== null) {
      const said = fields.get(id);
      const known = dataset.replaceFields ? new Map<string, ObservedField>() : (said?.fields ?? new Map<string, ObservedField>());
      for (const field of dataset.fields) if (isKept(field.name)) known.set(field.name, together(known.get(field.name), field));
      fields.set(id, { of, fields: known, replace: dataset.replaceFields || (said?.replace ?? false), at: dataset.at ?? null });
    }
    const others = [
      ...dataset.symlinks.map((other) => ({ other: named(other), reason: "SYMLINK" as const })),
      ...(dataset.renamedFrom === null ? [] : [{ other: named(dataset.renamedFrom), reason: "RENAME" as const }]),
    ];
    for (const { other, reason } of others) {
      if (datasetUrn(other) !== id) links.set(`${reason} ${id} ${datasetUrn(other)}`, { of, other, reason, at: dataset.at ?? null });
    }
  }
  return { names, links: [...links.values()], fields: [...fields.values()] };
}

const together = (known: ObservedField | undefined, { name, type, description }: ObservedField): ObservedField => ({
  name,
  type: clean(type) ?? known?.type ?? null,
  description: clean(description) ?? known?.description ?? null,
});

// PostgreSQL has no text with this character in it.
const clean = (text: string | null): string | null => text && text.replaceAll("\0", "").toWellFormed();

const MAX_CHARACTERS = 512;
const MAX_BYTES = 1024;

/** Whether the register can keep a name that nobody chose for it: as long as declared ones, of any characters that a text can have. */
export const isKept = (name: string): boolean =>
  name !== "" && isShort(name) && !name.includes("\0") && name.isWellFormed();

// The cheap bounds first: names are counted only where that can matter.
const isShort = (name: string): boolean =>
  3 * name.length <= MAX_CHARACTERS || (name.length <= 2 * MAX_CHARACTERS && [...name].length <= MAX_CHARACTERS && Buffer.byteLength(name) <= MAX_BYTES);
