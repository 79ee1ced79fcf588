/**
 * What a service may add to what we know of a person (DESIGN.md, section 5). A service that returns a stranger's identifier must not
 * get the stranger erased: only a type's own issuer, asked with something we already trust, is believed at once.
 */

export const MAX_DISCOVERY_DEPTH = 2;
export const MAX_IDENTIFIERS = 10;

export type IdentifierStatus = "ASSERTED" | "CONFIRMED" | "QUARANTINED";

export interface KnownIdentifier {
  readonly type: string;
  readonly value: string;
  readonly status: IdentifierStatus;
}

export interface Assertion {
  readonly type: string;
  readonly value: string;
}

export interface AnsweringService {
  readonly key: string;
  /** Types that its datasets declare or that its entities issue; it may assert no others. */
  readonly declaredTypes: ReadonlySet<string>;
}

export interface Judgement {
  readonly confirmed: readonly Assertion[];
  readonly quarantined: readonly Assertion[];
  /** True if the answer held more than the limit allows: the walk was cut and says so. */
  readonly truncated: boolean;
}

/** Judges the identifiers that a service returned when it was asked with trusted ones. `issuers`: type → key of the issuing service. */
export function judgeAssertions(
  service: AnsweringService,
  asserted: readonly Assertion[],
  known: readonly KnownIdentifier[],
  issuers: ReadonlyMap<string, string | null>,
): Judgement {
  const confirmed: Assertion[] = [];
  const quarantined: Assertion[] = [];
  let truncated = false;
  const seen = new Set(known.map(keyOf));
  const taken = new Set(known.filter((identifier) => identifier.status !== "QUARANTINED").map((identifier) => identifier.type));
  for (const assertion of asserted) {
    if (seen.has(keyOf(assertion)) || !service.declaredTypes.has(assertion.type)) continue;
    if (seen.size >= MAX_IDENTIFIERS) {
      truncated = true;
      break;
    }
    seen.add(keyOf(assertion));
    const issued = issuers.has(assertion.type);
    const believed = issued && issuers.get(assertion.type) === service.key && !taken.has(assertion.type);
    (believed ? confirmed : quarantined).push(assertion);
    if (believed) taken.add(assertion.type);
  }
  return { confirmed, quarantined, truncated };
}

/** A quarantined value is confirmed when its type's issuer, asked with it alone, returns something the person had asserted. */
export const vouchesFor = (returned: readonly Assertion[], known: readonly KnownIdentifier[]): boolean => {
  const asserted = new Set(known.filter((identifier) => identifier.status === "ASSERTED").map(keyOf));
  return returned.some((assertion) => asserted.has(keyOf(assertion)));
};

const keyOf = ({ type, value }: Assertion): string => `${type}\u0000${value}`;
