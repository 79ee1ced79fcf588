import { badInput, type Refusal } from "../platform/errors";

/** What is wrong with an input, and where in it: `["fields", 2, "name"]`. The text never repeats the value. */
export interface Fault {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

const MOST_NAMED = 20;

/** One refusal (BAD_USER_INPUT) that names the faults. */
export function refusalOf(faults: readonly Fault[]): Refusal {
  const named = faults.slice(0, MOST_NAMED).map(({ path, text }) => `${pathText(path)}: ${text}`);
  return badInput([...named, ...(faults.length > MOST_NAMED ? [`and ${faults.length - MOST_NAMED} more`] : [])].join("; "));
}

/** `fields[2].name` */
const pathText = (path: Fault["path"]): string =>
  path.map((step, index) => (typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`)).join("");

/** Says what is wrong with a value, if anything. */
type Rule<Value> = (value: Value) => string | undefined;

/** The fault of one member, if it was given and breaks its rule. */
export function check<Value>(path: Fault["path"], value: Value | null | undefined, rule: Rule<Value>): Fault[] {
  const text = value === null || value === undefined ? undefined : rule(value);
  return text === undefined ? [] : [{ path, text }];
}

/** The faults of a list: its size, then each of its items. */
export function checkEach<Item>(path: Fault["path"], items: readonly Item[] | null | undefined, max: number, rule: Rule<Item>): Fault[] {
  if ((items ?? []).length > max) return [{ path, text: `must have at most ${max} items` }];
  return (items ?? []).flatMap((item, index) => check([...path, index], item, rule));
}

export const oneOf = (values: readonly string[], value: string): string | undefined =>
  values.includes(value) ? undefined : `must be one of ${values.join(", ")}`;

const KEY = /^[a-z0-9][a-z0-9._-]{0,127}$/;
export const isKey = (text: string): boolean => KEY.test(text);

/** Control, format (zero-width, direction-changing), separator and half characters: two texts that differ in these alone look the same. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** The joiners that Persian, Indic scripts and emoji need in running text. */
const JOINERS = /[\u200C\u200D]/g;

const MAX_CHARACTERS = 512;
// Two of them must fit into one index entry of PostgreSQL.
const MAX_BYTES = 1024;

/** What is wrong with a key, if anything. */
export function keyFault(text: string): string | undefined {
  if (KEY.test(text)) return undefined;
  return invisibleFault(text) ?? "must match [a-z0-9][a-z0-9._-]{0,127}";
}

/** What is wrong with a name that people read, if anything. */
export const nameFault = (text: string): string | undefined => sizeFault(text) ?? invisibleFault(text.replace(JOINERS, "-"));

/** What is wrong with a name that machines compare, if anything: what looks equal must be equal. */
export function exactNameFault(text: string): string | undefined {
  const fault = sizeFault(text) ?? invisibleFault(text);
  if (fault !== undefined) return fault;
  return text === text.trim() ? undefined : "must not begin or end with a space";
}

const MAX_DESCRIPTION = 20_000;

/** What is wrong with a text of several lines that people read, if anything. */
export function descriptionFault(text: string): string | undefined {
  if (text.length > MAX_DESCRIPTION) return `must have at most ${MAX_DESCRIPTION} characters`;
  return invisibleFault(text.replace(/[\r\n\t]/g, " ").replace(JOINERS, "-"));
}

function sizeFault(text: string): string | undefined {
  if (text.trim() === "") return "must not be empty";
  // Length first: a text of megabytes is not walked through.
  if (text.length > 2 * MAX_CHARACTERS || [...text].length > MAX_CHARACTERS) return `must have at most ${MAX_CHARACTERS} characters`;
  return Buffer.byteLength(text) > MAX_BYTES ? `must have at most ${MAX_BYTES} bytes in UTF-8` : undefined;
}

/** Which character of a text nobody sees, if any. */
export function invisibleFault(text: string): string | undefined {
  const found = INVISIBLE.exec(text);
  if (found === null) return undefined;
  const code = found[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  return `has an invisible or direction-changing character, U+${code}, at position ${found.index + 1}`;
}
