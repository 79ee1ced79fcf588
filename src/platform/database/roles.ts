import type { DataSource, QueryRunner } from "typeorm";
import { holdMigrationLock } from "./migrate";
import type { Tx } from "./sql";

export type TableRight = "SELECT" | "INSERT" | "UPDATE" | "DELETE";
const ALL_RIGHTS: readonly TableRight[] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/** Rights by table. */
type TableRights = Readonly<Record<string, readonly TableRight[]>>;

/** Roles without login that connections act as: the ordinary one, and those of duties, which may what it may and more. Names are plain: `[a-z_]+`. */
export interface DatabaseRoles {
  readonly ordinary: {
    readonly name: string;
    /** What it may on these tables; on all others it may read and write. */
    readonly restricted: TableRights;
  };
  readonly duties: Readonly<Record<string, TableRights>>;
}

/** Whether connections can act as the roles; if not, why, and what an administrator can do about it. */
type RolesOutcome = { readonly role: string } | { readonly role?: undefined; readonly reason: string };

/** TypeORM's list, which only a migration writes. */
const PLATFORM_TABLES: TableRights = { migrations: ["SELECT"] };
/** Another process did the same to the same catalogue rows: look again. Roles are shared by all databases of a server, so no lock keeps these apart. */
const RACED = new Set(["42710", "23505", "XX000", "40001", "40P01"]);
const LOOKS = 20;

/**
 * Creates the roles, lets the login of `source` act as them, and gives them their rights on the tables that the login owns; changes nothing that is
 * right already. Call it after `migrate`. Several processes, and databases of one server, may call it at once. Where the login may not do this
 * and nobody has done it before, the outcome says so, and connections stay the login's own.
 */
export async function ensureRoles(source: DataSource, roles: DatabaseRoles): Promise<RolesOutcome> {
  const runner = source.createQueryRunner();
  try {
    return await holdMigrationLock(runner, async () => {
      const failure = await createRoles(runner, roles).then(
        () => undefined,
        (error: Error) => error.message,
      );
      await grantRights(runner, roles);
      return failure === undefined ? { role: roles.ordinary.name } : { reason: `${failure}; let an administrator run: ${instructions(roles)}` };
    });
  } finally {
    await runner.release();
  }
}

/**
 * The rest of the transaction acts as the role of a duty. Where connections stay the login's own (`ensureRoles`), nothing changes.
 */
export const actAs = (tx: Tx, role: string): Promise<unknown> =>
  tx.query("actAs", "select set_config('role', $1, true) where current_setting('role') <> 'none'", [role]);

const namesOf = ({ ordinary, duties }: DatabaseRoles): string[] => [ordinary.name, ...Object.keys(duties)];

const instructions = (roles: DatabaseRoles): string =>
  [
    ...namesOf(roles).map((name) => `create role ${name} nologin`),
    ...Object.keys(roles.duties).map((name) => `grant ${roles.ordinary.name} to ${name}`),
    `grant ${namesOf(roles).join(", ")} to <the user of DATABASE_URL>`,
  ].join("; ");

/** Does what is missing, one look after the other, until nothing is. */
async function createRoles(runner: QueryRunner, roles: DatabaseRoles): Promise<void> {
  for (let look = 1; ; look += 1) {
    const missing = await findMissing(runner, roles);
    if (missing.length === 0) return;
    try {
      for (const statement of missing) await runner.query(statement);
    } catch (error) {
      if (!RACED.has((error as { code?: string }).code ?? "") || look === LOOKS) throw error;
    }
  }
}

async function findMissing(runner: QueryRunner, roles: DatabaseRoles): Promise<string[]> {
  const names = namesOf(roles);
  const found = (await runner.query(
    `select r.rolname as name,
            pg_has_role(session_user, r.oid, case when current_setting('server_version_num')::integer < 160000 then 'MEMBER' else 'SET' end) as settable,
            exists (select from pg_auth_members m where m.member = r.oid and m.roleid = (select oid from pg_roles where rolname = $2)) as extends
     from pg_roles r where r.rolname = any($1)`,
    [names, roles.ordinary.name],
  )) as { name: string; settable: boolean; extends: boolean }[];
  const absent = names.filter((name) => !found.some((role) => role.name === name));
  if (absent.length > 0) return absent.map((name) => `create role ${name} nologin`);
  return found.flatMap(({ name, settable, extends: does }) => [
    ...(name in roles.duties && !does ? [`grant ${roles.ordinary.name} to ${name}`] : []),
    ...(settable ? [] : [`grant ${name} to current_user`]),
  ]);
}

/** Brings the rights of existing roles on the login's own tables and sequences to what they should be, where they differ. */
async function grantRights(runner: QueryRunner, { ordinary, duties }: DatabaseRoles): Promise<void> {
  const restricted: TableRights = { ...PLATFORM_TABLES, ...ordinary.restricted };
  const found = (await runner.query(
    `select c.relname as name, c.relkind = 'S' as sequence, r.rolname as role, array(select a.privilege_type from aclexplode(c.relacl) a where a.grantee = r.oid) as rights,
            has_schema_privilege(r.oid, c.relnamespace, 'USAGE') as "inSchema"
     from pg_class c cross join pg_roles r
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'S') and pg_has_role(c.relowner, 'USAGE') and r.rolname = any($1)`,
    [[ordinary.name, ...Object.keys(duties)]],
  )) as { name: string; sequence: boolean; role: string; rights: string[]; inSchema: boolean }[];

  const outside = new Set(found.filter(({ inSchema }) => !inSchema).map(({ role }) => role));
  for (const role of outside) await runner.query(`grant usage on schema public to ${role}`);
  for (const { name, sequence, role, rights } of found) {
    const isOrdinary = role === ordinary.name;
    const onTable = isOrdinary ? (restricted[name] ?? ALL_RIGHTS) : (duties[role]?.[name] ?? []);
    const due = sequence ? (isOrdinary ? ["USAGE"] : []) : onTable;
    if (due.length === rights.length && due.every((right) => rights.includes(right))) continue;
    const on = `on ${sequence ? "sequence" : "table"} "${name}"`;
    // One message is one transaction: nobody finds the role without rights in between.
    await runner.query(`revoke all ${on} from ${role}; ${due.length > 0 ? `grant ${due.join(", ")} ${on} to ${role}` : ""}`);
  }
}
