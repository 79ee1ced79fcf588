import { isDeepStrictEqual } from "node:util";

/** The members of what is to be written that differ from what is known; none: there is nothing to write. */
export const changedMembers = <Value extends object>(known: Value, next: Value): string[] =>
  Object.keys(next).filter((member) => !isDeepStrictEqual(known[member as keyof Value], next[member as keyof Value]));

export const isUnchanged = <Value extends object>(known: Value | undefined, next: Value): boolean =>
  known !== undefined && changedMembers(known, next).length === 0;
