/** U+001E, which JSON writes as an escape: as one text, JSON documents need no quoting, which for lists takes longer than the statement. */
const BETWEEN = "\u001e";

/** JSON documents as one parameter of a statement. */
export const jsonTexts = (values: readonly unknown[]): string => values.map((value) => JSON.stringify(value)).join(BETWEEN);

/** The documents of such a parameter, as texts exactly as they were sent. */
export const unpackedTexts = (parameter: string): string => `string_to_array(${parameter}, chr(30))`;
