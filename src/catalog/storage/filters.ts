/** The LIKE pattern of everything that begins so, in any case; marks of LIKE in the text stand for themselves. */
export const prefixPattern = (prefix: string): string => `${literally(prefix.toLowerCase())}%`;

/** The LIKE pattern of a text in which * stands for any characters, and every other one for itself. */
export const globPattern = (glob: string): string => literally(glob).replace(/\*+/g, "%");

const literally = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/** That one of the field's categories is the one in place `$place`, or lies under it. */
export const categoryCondition = (field: string, place: number): string =>
  `exists (select from unnest(${field}.categories) as category where category = $${place} or starts_with(category, $${place} || '.'))`;
