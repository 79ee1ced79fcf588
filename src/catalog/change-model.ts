/** The members of what is to be written that differ from what is known; none: there is nothing to write. */
export const changedMembers = <Value extends object>(known: Value, next: Value): string[] =>
  Object.keys(next).filter((member) => !isEqual(known[member as keyof Value], next[member as keyof Value]));

// Of texts, numbers, instants and lists of these, and of fields, whose members stand in one order everywhere.
const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export const isUnchanged = <Value extends object>(known: Value | undefined, next: Value): boolean =>
  known !== undefined && changedMembers(known, next).length === 0;

/** `team: "shop" → "orders"; fields: +email ~name -fax` */
export const difference = <Value extends object>(known: Value, next: Value): string =>
  changedMembers(known, next)
    .map((member) => {
      const [before, after]: unknown[] = [known[member as keyof Value], next[member as keyof Value]];
      return `${member}: ${isNamed(before) && isNamed(after) ? listDifference(before, after) : `${brief(before)} → ${brief(after)}`}`;
    })
    .join("; ");

interface Named {
  readonly name: string;
}
const isNamed = (value: unknown): value is Named[] => Array.isArray(value) && value.every((item) => typeof item === "object");

function listDifference(before: readonly Named[], after: readonly Named[]): string {
  const [old, young] = [new Map(before.map((item) => [item.name, item])), new Map(after.map((item) => [item.name, item]))];
  const marks = [
    ...after.flatMap((item) => (!old.has(item.name) ? [`+${item.name}`] : isEqual(old.get(item.name), item) ? [] : [`~${item.name}`])),
    ...before.flatMap((item) => (young.has(item.name) ? [] : [`-${item.name}`])),
  ];
  return marks.length === 0 ? "in another order" : brief(marks.join(" "));
}

const MAX_SHOWN = 100;

function brief(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "none");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
