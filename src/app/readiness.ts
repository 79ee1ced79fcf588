import { setTimeout as pause } from "node:timers/promises";
import type { DataSource } from "typeorm";
import type { Reader } from "../platform/database/sql";
import type { ReadinessCheck } from "../platform/http/health";

const ANSWER_WITHIN_MS = 2_000;

/** The database answers, and holds every migration of this version: it may have been replaced or restored while we run. */
export function databaseChecks(source: DataSource, db: Reader): ReadinessCheck[] {
  const needed = source.migrations.map(({ name }) => name);
  const look = async (): Promise<string | undefined> => {
    const rows = await db.query<{ name: string }>("listAppliedMigrations", "select name from migrations");
    const applied = new Set(rows.map(({ name }) => name));
    return needed.every((name) => name !== undefined && applied.has(name)) ? undefined : "the database lacks migrations of this version";
  };
  const unanswered = (): string => "the database does not answer";
  return [() => Promise.race([look().catch(unanswered), pause(ANSWER_WITHIN_MS, undefined, { ref: false }).then(unanswered)])];
}
