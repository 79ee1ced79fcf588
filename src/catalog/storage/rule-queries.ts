import type { Reader } from "../../platform/database/sql";
import type { DeclaredRule } from "../rule-model";

/** Rules that descriptors declare, by key; keys of none are left out. */
export async function findDeclaredRules(reader: Reader, keys: readonly string[]): Promise<Map<string, DeclaredRule>> {
  const rows = await reader.query<DeclaredRule>(
    "findDeclaredRules",
    `select r.key, r.start_point as "startPoint", r.period, r.zone from declared_rules r where r.key = any($1)`,
    [keys],
  );
  return new Map(rows.map((rule) => [rule.key, rule]));
}
