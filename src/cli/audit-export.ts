import { parseArgs } from "node:util";
import { type Command, EXIT, usageError } from "./command";
import { getStream } from "./http-client";
import { output as writeOutput } from "./stream-output";

const CRITERIA = {
  actor: { type: "string" },
  action: { type: "string" },
  object: { type: "string" },
  dataset: { type: "string" },
  field: { type: "string" },
  purpose: { type: "string" },
  basis: { type: "string" },
  outcome: { type: "string" },
} as const;

export const auditExportCommand: Command = {
  name: "audit export",
  usage: "--format F --from T --to T [--actor A] [--action A] [--object ID] [--dataset ID] [--field F] [--purpose P] [--basis B] [--outcome O] [-o FILE]",
  help: `Prints the audit entries of a period for another system, oldest first.
  --format F   ocsf, cloudevents, csv, or ndjson: the exact bytes that are in the log
  --from T     an instant such as 2026-01-01T00:00:00Z
  --to T       likewise; an entry of this very instant is not part of it
  --actor A …  only entries of this actor, action, object, dataset, field, purpose, legal basis, outcome (ok or denied)
  -o FILE      into a file, which appears when it is whole (default: standard output)`,
  async run(args) {
    const options = { ...CRITERIA, format: { type: "string" }, from: { type: "string" }, to: { type: "string" }, output: { type: "string", short: "o" } } as const;
    const { output, ...asked } = parseArgs({ args, options }).values;
    for (const name of ["format", "from", "to"] as const) if (asked[name] === undefined) throw usageError(`--${name} is missing`);
    const entries = await getStream(`/audit/export?${new URLSearchParams(asked as Record<string, string>).toString()}`);
    await writeOutput(entries, output);
    return EXIT.ok;
  },
};
