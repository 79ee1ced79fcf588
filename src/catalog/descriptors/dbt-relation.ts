import type { FieldInput } from "../dataset-model";
import type { Properties } from "../model";
import type { DatasetName } from "../public-ids";
import type { TextError } from "./places";

/** What one entry of one of dbt's artifacts says of a table or view. */
export interface Relation extends DatasetName {
  readonly uniqueId: string;
  readonly at: number;
  readonly description: string | undefined;
  readonly sensitivity: string | undefined;
  readonly columns: readonly Column[];
  /** Names of the tests that it has to stand. */
  readonly tests: readonly string[];
  readonly properties: Properties;
  readonly misread: readonly TextError[];
}

export interface Column {
  readonly input: FieldInput;
  readonly at: number;
}

/** `dbt://<project>` and `database.schema.name`; a level that the platform does not have is left out. */
export const relationName = (project: string, levels: readonly (string | null | undefined)[]): DatasetName => ({
  namespace: `dbt://${project}`,
  name: levels.filter((level) => level != null && level !== "").join("."),
});

/** Dbt writes an empty text where nothing is said. */
export const saidText = (text: string | null | undefined): string | undefined => (text == null || text.trim() === "" ? undefined : text);

/** The columns of both, in the order of the first: a name may be spelled in another case. `join` puts together what both say of one. */
export function joinColumns(
  first: readonly Column[], second: readonly Column[], join: (one: FieldInput, other: FieldInput) => FieldInput,
): readonly Column[] {
  const names = new Set(first.map(({ input }) => input.name));
  const spelledAlike = new Map(second.map((column) => [column.input.name, column]));
  // One that stands in the first under its own spelling belongs to that.
  const alike = new Map(second.filter(({ input }) => !names.has(input.name)).map((column) => [column.input.name.toLowerCase(), column]));
  const joined = new Set<Column>();
  const columns = first.map((column): Column => {
    const other = spelledAlike.get(column.input.name) ?? alike.get(column.input.name.toLowerCase());
    if (other === undefined || joined.has(other)) return column;
    joined.add(other);
    return { input: join(column.input, other.input), at: column.at };
  });
  return [...columns, ...second.filter((column) => !joined.has(column))];
}

/** A column as the first says it; what that leaves open, as the other does. */
export const completed = (one: FieldInput, other: FieldInput): FieldInput => ({
  name: one.name,
  type: one.type ?? other.type,
  categories: one.categories ?? other.categories,
  description: one.description ?? other.description,
  sensitivity: one.sensitivity ?? other.sensitivity,
});
