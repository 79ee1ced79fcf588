import { parseArgs } from "node:util";
import { type Command, EXIT, usageError } from "./command";
import { csvRecord } from "../platform/csv";
import { matrixPages, type MatrixRow } from "./matrix-pages";

type Pages = AsyncGenerator<readonly MatrixRow[]>;

export const matrixCommand: Command = {
  name: "matrix",
  usage: "[--long | --format json] [--as-of T] [--known-at T] [--team T]… [--service K]… [--domain D] [--category C] [--with-findings]",
  help: `Prints which service is what to which entity, as CSV; what has no system of record or several writers first.
  --long           a line for each service of an entity, instead of a column for each service
  --format F       csv or json (default: csv)
  --as-of T        at an instant such as 2026-01-01T00:00:00Z (default: now)
  --known-at T     as it was known then (default: now)
  --team T         entities towards which a service of this team has a role; may be repeated
  --service K      entities towards which this service has a role; may be repeated
  --domain D       entities of this domain
  --category C     entities with a field of this data category, or a narrower one
  --with-findings  entities with findings`,
  async run(args) {
    const { values } = parseArgs({
      args,
      options: {
        long: { type: "boolean" },
        format: { type: "string", default: "csv" },
        "as-of": { type: "string" },
        "known-at": { type: "string" },
        team: { type: "string", multiple: true },
        service: { type: "string", multiple: true },
        domain: { type: "string" },
        category: { type: "string" },
        "with-findings": { type: "boolean" },
      },
    });
    const { format, long, team: teams, service: services, domain, category, "with-findings": withFindings } = values;
    if (format !== "csv" && format !== "json") throw usageError("--format: expected csv or json");
    if (long && format === "json") throw usageError("--long is a form of CSV");
    const pages = matrixPages({ filter: { teams, services, domain, category, withFindings }, asOf: values["as-of"], knownAt: values["known-at"] });
    for await (const text of format === "json" ? json(pages) : long ? longTable(pages) : wideTable(pages)) await write(text);
    return EXIT.ok;
  },
};

/** Waits until it is taken: a register may be longer than memory is wide. */
const write = (text: string): Promise<void> =>
  new Promise((done, failed) => process.stdout.write(text, (error) => (error ? failed(error) : done())));

const keyOf = (id: string): string => id.slice(id.indexOf(":") + 1);
const kindsOf = ({ findings }: MatrixRow): string => [...new Set(findings.map(({ kind }) => kind))].sort().join("+");

/** For programs: entity and service by their keys. An entity without any service has one line, too. */
async function* longTable(pages: Pages): AsyncGenerator<string> {
  yield csvRecord(["entity", "entity_name", "domain", "service", "team", "roles", "findings"]);
  for await (const rows of pages) {
    for (const row of rows) {
      const { entity, cells } = row;
      const [head, tail] = [[keyOf(entity.id), entity.name, entity.domain ?? ""], [kindsOf(row)]];
      if (cells.length === 0) yield csvRecord([...head, "", "", "", ...tail]);
      for (const { service, roles } of cells) yield csvRecord([...head, keyOf(service.id), service.team ?? "", roles.join("+"), ...tail]);
    }
  }
}

/** For people: a column for each service that has a role, so the first line is known only when all is read. */
async function* wideTable(pages: Pages): AsyncGenerator<string> {
  const rows: MatrixRow[] = [];
  for await (const page of pages) rows.push(...page);
  const services = [...new Set(rows.flatMap(({ cells }) => cells.map(({ service }) => keyOf(service.id))))].sort();
  yield csvRecord(["entity", "domain", ...services, "findings"]);
  for (const row of rows) {
    const roles = new Map(row.cells.map((cell) => [keyOf(cell.service.id), cell.roles.join("+")]));
    yield csvRecord([keyOf(row.entity.id), row.entity.domain ?? "", ...services.map((key) => roles.get(key) ?? ""), kindsOf(row)]);
  }
}

/** One array, a line for each entity. */
async function* json(pages: Pages): AsyncGenerator<string> {
  let before = "[";
  for await (const rows of pages) {
    for (const row of rows) {
      yield `${before}\n${JSON.stringify(row)}`;
      before = ",";
    }
  }
  yield before === "[" ? "[]\n" : "\n]\n";
}
