import { parseArgs } from "node:util";
import { complain, usageError } from "./command";
import { type Descriptor, inItsFile, readDescriptors } from "./descriptors";
import { askServer } from "./graphql-client";

const FORMATS = ["CADASTRE", "BACKSTAGE", "ODCS", "FIDESLANG", "DBT"];

const IMPORT_DESCRIPTORS = "mutation ($input: ImportDescriptorsInput!) { importDescriptors(input: $input) { changes errors plan } }";

export interface ImportReport {
  readonly changes: number;
  readonly errors: readonly string[];
  /** One line for each change. */
  readonly plan: readonly string[] | null;
}

export const IMPORT_USAGE = "-f FILE… [--source S] [--format F]";
export const IMPORT_HELP = `  -f FILE     a descriptor; a directory with its *.yaml files; - reads standard input; may be repeated
  --source S  what the declarations are kept under (default: the path). What a source no longer declares is withdrawn, so each
              repository needs a name of its own
  --format F  ${FORMATS.map((format) => format.toLowerCase()).join(", ")} (default: cadastre)`;

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
  const format = (values.format ?? "CADASTRE").toUpperCase();
  if (paths.length === 0) throw usageError("-f FILE is needed");
  if (!FORMATS.includes(format)) throw usageError(`--format: expected one of ${FORMATS.join(", ").toLowerCase()}`);
  return { format, descriptors: await readDescriptors(paths, values.source) };
}

/** Sends one source's descriptor; its errors go to standard error, each with its file and line. */
export async function importDescriptor(descriptor: Descriptor, format: string, dryRun: boolean): Promise<ImportReport> {
  const input = { source: descriptor.source, format, document: descriptor.document, dryRun };
  const { importDescriptors: report } = await askServer<{ importDescriptors: ImportReport }>(IMPORT_DESCRIPTORS, { input });
  for (const error of report.errors) complain(inItsFile(descriptor, error));
  return report;
}
