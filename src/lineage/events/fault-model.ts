/** What is wrong with an event, and where in it. Neither repeats a value that was sent: values may be personal data. */
export interface Fault {
  /** JSON path, such as `$.outputs[0].name`. */
  readonly path: string;
  readonly message: string;
}

/** A known facet that is broken and was set aside; the event goes on without it. */
export interface Warning extends Fault {
  readonly facet: string;
}

const PLAIN_MEMBER = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const LONGEST_KEY = 128;

/** The path of a member of an object, or of an item of a list. */
export function pathTo(parent: string, step: string | number): string {
  if (typeof step === "number") return `${parent}[${step}]`;
  return PLAIN_MEMBER.test(step) ? `${parent}.${step}` : `${parent}['${quoted(step)}']`;
}

/** Keys are names, but may be of any length and hold anything. */
function quoted(key: string): string {
  const shown = key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key;
  return JSON.stringify(shown).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"');
}
