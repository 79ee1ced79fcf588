import { isDuration, isZone } from "../platform/calendar";
import { check, type Fault, keyFault, oneOf } from "./text-model";

export const START_POINTS = ["CREATED", "MODIFIED", "LAST_ACTIVITY", "EVENT", "FIXED_DATE"] as const;
export type StartPoint = (typeof START_POINTS)[number];

/** A minimum retention that a descriptor declares, for the services to cite when they keep what they were told to erase. */
export interface DeclaredRule {
  readonly key: string;
  readonly startPoint: StartPoint;
  /** ISO 8601 duration, added to the start on the wall clock of `zone`. */
  readonly period: string;
  /** IANA time zone. */
  readonly zone: string;
}

/** What is said of a rule. */
export type RuleInput = Omit<DeclaredRule, "zone"> & { readonly zone?: string | null };

/** All that is wrong with the input by itself. */
export const checkRule = (input: RuleInput): Fault[] => [
  ...check(["key"], input.key, keyFault),
  ...check(["startPoint"], input.startPoint, (startPoint) => oneOf(START_POINTS, startPoint)),
  ...check(["period"], input.period, (period) => (isDuration(period) ? undefined : "must be an ISO 8601 duration such as P10Y")),
  ...check(["zone"], input.zone, (zone) => (isZone(zone) ? undefined : "must be an IANA time zone such as Europe/Berlin")),
];

export const mergeRule = (known: DeclaredRule | undefined, { key, startPoint, period, zone }: RuleInput): DeclaredRule => ({
  key, startPoint, period, zone: (zone === undefined ? known?.zone : zone) ?? "UTC",
});
