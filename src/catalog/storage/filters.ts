/** The LIKE pattern of everything that begins so, in any case; marks of LIKE in the text stand for themselves. */
export const prefixPattern = (prefix: string): string => `${literally(prefix.toLowerCase())}%`;

/** The LIKE pattern of a text in which * stands for any characters, and every other one for itself. */
export const globPattern = (glob: string): string => literally(glob).replace(/\*+/g, "%");

const literally = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
