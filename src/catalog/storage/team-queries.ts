import type { Reader } from "../../platform/database/sql";
import type { Team } from "../model";

/** Teams by key, retired ones included; keys of none are left out. */
export async function findTeams(reader: Reader, keys: readonly string[]): Promise<Map<string, Team>> {
  const rows = await reader.query<Team>(
    "findTeams",
    `select t.key, t.name, t.retired_at as "retiredAt" from teams t where t.key = any($1)`,
    [keys],
  );
  return new Map(rows.map((team) => [team.key, team]));
}
