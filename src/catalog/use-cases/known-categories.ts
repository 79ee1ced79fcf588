import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import type { FieldInput } from "../dataset-model";
import { findUnusedCategories } from "../storage/dataset-queries";

/** What is under `user` is personal whatever it is, and what is under `system` is nobody's. */
const JUDGED_BY_ITSELF = /^(user|system)(\.|$)/;

/**
 * Refuses (BAD_USER_INPUT) categories outside `user` and `system` that no source has brought into the register: `usr.contact.email` would
 * declare a field not personal. A source that needs categories of its own declares them.
 */
export async function requireKnownCategories(reader: Reader, fields: readonly Pick<FieldInput, "categories">[] | null | undefined): Promise<void> {
  const strange = [...new Set((fields ?? []).flatMap(({ categories }) => categories ?? []))].filter((category) => !JUDGED_BY_ITSELF.test(category));
  if (strange.length === 0) return;
  const unused = await findUnusedCategories(reader, strange);
  if (unused.length > 0) throw badInput("categories: must be of the fideslang taxonomy, or declared by a source that uses them (`categories` of its descriptor)");
}
