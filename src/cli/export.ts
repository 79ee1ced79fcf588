import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Command, complain, EXIT, usageError } from "./command";
import { askServer } from "./graphql-client";

const FORMATS = ["CADASTRE", "ODCS"];
const EXPORT = "query ($format: DescriptorFormat, $source: String) { exportDescriptors(format: $format, source: $source) { path document } }";

interface ExportedFile {
  readonly path: string;
  readonly document: string;
}

export const exportCommand: Command = {
  name: "export",
  usage: "[--source S] [--format F] [-o DIRECTORY]",
  help: `Writes descriptors of what is registered.
  --source S     only what this source declares: applied again with --source S it changes nothing. Without: everything in use, for
                 another register; in this one it would contradict the sources that declare it
  --format F     cadastre (default), or odcs: the datasets alone, as data contracts
  -o DIRECTORY   into files there (default: standard output, one YAML stream)`,
  async run(args) {
    const options = { source: { type: "string" }, format: { type: "string" }, output: { type: "string", short: "o" } } as const;
    const { values } = parseArgs({ args, options });
    const format = (values.format ?? "CADASTRE").toUpperCase();
    if (!FORMATS.includes(format)) throw usageError(`--format: expected one of ${FORMATS.join(", ").toLowerCase()}`);
    const { exportDescriptors: files } = await askServer<{ exportDescriptors: ExportedFile[] }>(EXPORT, { format, source: values.source });
    if (values.output === undefined) process.stdout.write(files.map(({ document }) => document).join("---\n"));
    else {
      await mkdir(values.output, { recursive: true });
      for (const { path, document } of files) await writeFile(join(values.output, path), document);
      complain(`${files.length} files in ${values.output}`);
    }
    return EXIT.ok;
  },
};
