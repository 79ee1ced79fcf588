/** The LIKE pattern of everything that begins so, in any case; marks of LIKE in the text stand for themselves. */
export const prefixPattern = (prefix: string): string => `${prefix.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;

/** That one of the field's categories is the one in place `$place`, or lies under it. */
export const categoryCondition = (field: string, place: number): string =>
  `exists (select from unnest(${field}.categories) as category where category = $${place} or starts_with(category, $${place} || '.'))`;
