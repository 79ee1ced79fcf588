import type { Team } from "./model";
import { check, exactNameFault, type Fault, nameFault } from "./text-model";

/** What is said of a team. */
export interface TeamInput {
  readonly key: string;
  readonly name: string;
}

/** All that is wrong with the input by itself. */
export const checkTeam = ({ key, name }: TeamInput): Fault[] => [...check(["key"], key, exactNameFault), ...check(["name"], name, nameFault)];

/** The team after the input was heard; declaring a retired one brings it back. */
export const mergeTeam = (_known: Team | undefined, { key, name }: TeamInput): Team => ({ key, name, retiredAt: null });
