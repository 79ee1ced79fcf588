import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { MigrationInterface, QueryRunner } from "typeorm";

const FILE_NAME = /^(\d{13})-([a-z0-9-]+)\.sql$/;

/** Migration classes for TypeORM, one for each `<13 digits>-<name>.sql`, in the order of the digits; recorded as `<name>-<13 digits>`. */
export function findMigrations(directory = join(packageRoot(), "migrations")): (new () => MigrationInterface)[] {
  const files = readdirSync(directory).filter((file) => file.endsWith(".sql")).sort();
  const seen = new Map<string, string>();
  return files.map((file) => {
    const [, digits, name] = FILE_NAME.exec(file) ?? [];
    if (digits === undefined || name === undefined) throw new Error(`migrations/${file}: expected a name such as 1795300000110-access.sql`);
    const twin = seen.get(digits);
    if (twin !== undefined) throw new Error(`migrations/${file}: ${twin} has the same number; give it another`);
    seen.set(digits, file);
    return fromSql(file, `${name}-${digits}`, readFileSync(join(directory, file), "utf8"));
  });
}

function fromSql(file: string, name: string, sql: string): new () => MigrationInterface {
  return class implements MigrationInterface {
    readonly name = name;

    async up(runner: QueryRunner): Promise<void> {
      try {
        await runner.query(sql);
      } catch (error) {
        const { message, position } = error as { message: string; position?: string };
        const line = position === undefined ? "" : `:${sql.slice(0, Number(position)).split("\n").length}`;
        throw new Error(`migrations/${file}${line}: ${message}`, { cause: error });
      }
    }

    async down(): Promise<void> {
      throw new Error(`migrations/${file} cannot be undone; restore a backup, or write a new migration`);
    }
  };
}

/** Also right when running from `dist/`. */
function packageRoot(): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const file = join(directory, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "cadastre") return directory;
    if (directory === dirname(directory)) throw new Error(`No package.json of cadastre above ${__dirname}`);
  }
}
