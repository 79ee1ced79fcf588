import type { DatasetDefinition } from "../dataset-model";
import { FIDESLANG_CATEGORIES } from "./fideslang-categories";

const isSaid = (value: unknown): boolean => value !== null && value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0);

/** The members that say something: those that are null or empty have their default, which need not be written. */
export const said = (members: object): object => Object.fromEntries(Object.entries(members).filter(([, value]) => isSaid(value)));

/** Categories that a source has to declare because the taxonomy does not know them. */
export const ownCategoriesOf = (datasets: readonly DatasetDefinition[]): string[] => {
  const used = new Set(datasets.flatMap(({ fields }) => fields.flatMap(({ categories }) => categories ?? [])));
  return [...used].filter((category) => !FIDESLANG_CATEGORIES.has(category)).sort();
};
