import { readFileSync } from "node:fs";
import { json } from "node:stream/consumers";
import { Client } from "pg";

/**
 * Looks for a person in every column of every row of every table of every service's database, whoever declared it, and whether anybody did.
 * Shares no code with the services, nor with Cadastre.
 *
 *     node dist/examples/shop/independent-look.js [CERTIFICATE] < {"databases": ["postgres://…"], "knownBy": ["ada@example.com", …]}
 *
 * Prints a line for each table where the person is: `<rows> <database>.<schema>.<table>`. With a certificate of erasure it exits with 0
 * only if these are exactly the rows that the certificate says are RETAINED, dataset by dataset.
 */
interface Question {
  readonly databases: readonly string[];
  readonly knownBy: readonly string[];
}

interface Certificate {
  readonly payload: { readonly datasets: readonly { readonly dataset: string; readonly parts: readonly Part[] }[] };
}

interface Part {
  readonly outcome: string;
  readonly count?: number;
}

type RowsByTable = Map<string, number>;

async function main(certificateFile: string | undefined): Promise<number> {
  const { databases, knownBy } = (await json(process.stdin)) as Question;
  // Every row contains the empty text.
  if (databases.length === 0 || knownBy.length === 0 || knownBy.includes("")) throw new Error("expected databases, and texts to look for");
  const found: RowsByTable = new Map();
  for (const url of databases) await look(url, knownBy, found);
  for (const [table, rows] of found) console.log(`${rows} ${table}`);
  if (certificateFile === undefined) return 0;

  const retained = retainedBy(JSON.parse(readFileSync(certificateFile, "utf8")) as Certificate);
  const places = [...new Set([...found.keys(), ...retained.keys()])];
  const wrong = places.filter((place) => found.get(place) !== retained.get(place));
  for (const place of wrong) {
    console.error(`${place}: the certificate says ${retained.get(place) ?? 0} rows are retained, there are ${found.get(place) ?? 0}`);
  }
  return wrong.length === 0 ? 0 : 1;
}

async function look(url: string, knownBy: readonly string[], found: RowsByTable): Promise<void> {
  const database = new Client({ connectionString: url });
  await database.connect();
  try {
    const { rows: tables } = await database.query<{ name: string; quoted: string }>(
      `select current_database() || '.' || nspname || '.' || relname as name, format('%I.%I', nspname, relname) as quoted
       from pg_class join pg_namespace on pg_namespace.oid = relnamespace
       where relkind in ('r', 'm') and nspname not in ('pg_catalog', 'information_schema') order by 1`,
    );
    for (const { name, quoted } of tables) {
      const { rows } = await database.query<{ count: number }>(
        `select count(*)::int as count from ${quoted} as record
         where exists (select from unnest($1::text[]) known where position(lower(known) in lower(record::text)) > 0)`,
        [knownBy],
      );
      if (rows[0]?.count !== 0) found.set(name, rows[0]?.count ?? NaN);
    }
  } finally {
    await database.end();
  }
}

/** Where something is retained, and how many rows; `dataset:<namespace>:<name>`, both percent-encoded. */
function retainedBy({ payload }: Certificate): RowsByTable {
  const counted = payload.datasets.map(({ dataset, parts }): [string, number] => [
    decodeURIComponent(dataset.split(":")[2] ?? ""),
    parts.filter(({ outcome }) => outcome === "RETAINED").reduce((sum, { count }) => sum + (count ?? NaN), 0),
  ]);
  return new Map(counted.filter(([, rows]) => rows !== 0));
}

main(process.argv[2]).then(
  (exitCode) => (process.exitCode = exitCode),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
