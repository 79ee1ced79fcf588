import type { Field } from "./model";

/** What searches find fields by: their categories and all that these lie under, each once. `user.name` is found as `user`, too. */
export const searchedCategories = (fields: readonly Pick<Field, "categories">[]): string[] => {
  const declared = new Set(fields.flatMap(({ categories }) => categories ?? []));
  return [...new Set([...declared].flatMap(withBroader))].sort();
};

/** `user.contact.email`: user, user.contact, user.contact.email */
function withBroader(category: string): string[] {
  const steps = category.split(".");
  return steps.map((_, index) => steps.slice(0, index + 1).join("."));
}
