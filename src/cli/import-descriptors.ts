import { parseArgs } from "node:util";
import { complain, usageError } from "./command";
import { type Descriptor, readDescriptors } from "./descriptors";
import { askServer } from "./graphql-client";

const AUTO = "AUTO";
const FORMATS = [AUTO, "CADASTRE", "BACKSTAGE", "ODCS", "FIDESLANG", "DBT"];

const IMPORT_DESCRIPTORS = "mutation ($input: ImportDescriptorsInput!) { importDescriptors(input: $input) { changes errors plan skipped } }";

export interface ImportReport {
  readonly changes: number;
  readonly errors: readonly string[];
  /** One line for each change. */
  readonly plan: readonly string[] | null;
  /** Files in which nothing was recognised. */
  readonly skipped: readonly string[];
}

export const IMPORT_USAGE = "-f FILE… [--source S] [--format F]";
export const IMPORT_HELP = `  -f FILE     a descriptor; a directory with all its *.yaml and *.json files; a quoted pattern such as 'services/*/catalog-info.yaml';
              - reads standard input; may be repeated
  --source S  what the declarations are kept under (default: the path). What a source no longer declares is withdrawn, so each
              repository needs a name of its own
  --format F  ${FORMATS.map((format) => format.toLowerCase()).join(", ")} (default: auto, as each document shows)`;

export interface ImportCall {
  readonly format: string;
  readonly descriptors: readonly Descriptor[];
}

/** Reads the arguments that plan and apply share, and the files that they name. */
export async function readImportCall(args: string[]): Promise<ImportCall> {
  const { values, positionals } = parseArgs({
    args,
    options: { file: { type: "string", short: "f", multiple: true }, source: { type: "string" }, format: { type: "string" } },
    allowPositionals: true,
  });
  const paths = [...(values.file ?? []), ...positionals];
  const format = (values.format ?? AUTO).toUpperCase();
  if (paths.length === 0) throw usageError("-f FILE is needed");
  if (!FORMATS.includes(format)) throw usageError(`--format: expected one of ${FORMATS.join(", ").toLowerCase()}`);
  return { format, descriptors: await readDescriptors(paths, values.source) };
}

/** Sends one source's files; their errors go to standard error, each with its file and line. */
export async function importDescriptor(descriptor: Descriptor, format: string, dryRun: boolean): Promise<ImportReport> {
  const input = { source: descriptor.source, ...(format === AUTO ? { format: "CADASTRE", recognise: true } : { format }), document: "", files: descriptor.files, dryRun };
  const { importDescriptors: report } = await askServer<{ importDescriptors: ImportReport }>(IMPORT_DESCRIPTORS, { input });
  for (const error of report.errors) complain(error);
  for (const path of report.skipped) complain(`${path}: skipped, no descriptor`);
  return report;
}
