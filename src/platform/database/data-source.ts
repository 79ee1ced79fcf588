import { types } from "pg";
import { DataSource } from "typeorm";
import { findMigrations } from "./migration-files";

export interface DataSourceOptions {
  /** Most connections that this process opens. */
  readonly poolSize?: number;
  /** Row classes (`*-rows.ts`) that `tx.manager` is to know. */
  readonly rows?: readonly (new () => object)[];
  /** Directory of migrations; the project's own by default. */
  readonly migrations?: string;
  /** Whom its connections act as (`ensureRoles`); the login itself where not given. */
  readonly role?: string;
}

const DATE = 1082;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

/** Calendar days stay `YYYY-MM-DD`: as a Date they would move with the machine's time zone. The rest is pg's: bigint as text, timestamptz as Date. */
const getTypeParser: typeof types.getTypeParser = (oid, format) => {
  if (oid === (DATE as typeof oid)) return (text: string) => text;
  return types.getTypeParser(oid === (DATE_ARRAY as typeof oid) ? (TEXT_ARRAY as typeof oid) : oid, format) as unknown;
};

/** The connection pool, not yet connected (`initialize`). TypeORM creates and changes nothing by itself. */
export function createDataSource(url: string, { poolSize = 20, rows = [], migrations, role }: DataSourceOptions = {}): DataSource {
  return new DataSource({
    type: "postgres",
    url,
    poolSize,
    applicationName: "cadastre",
    entities: [...rows],
    migrations: findMigrations(migrations),
    synchronize: false,
    // TypeORM would print failing statements to the console; errors reach the caller.
    logger: "debug",
    installExtensions: false,
    // Pipeline: statements that do not wait for each other's answers go to the server without a round trip each, and run in their order.
    extra: { types: { getTypeParser }, options: `-c timezone=UTC${role === undefined ? "" : ` -c role=${role}`}`, pipeline: true },
  });
}
