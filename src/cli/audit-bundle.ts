import { parseArgs } from "node:util";
import { type Command, EXIT, usageError } from "./command";
import { getStream } from "./http-client";
import { output } from "./stream-output";

export const auditBundleCommand: Command = {
  name: "audit bundle",
  usage: "--from T --to T [-o FILE]",
  help: `Prints every entry of a period, between two signed checkpoints of the audit log, for an auditor.
\`cadastre verify\` shows offline that none was altered, added or left out.
  --from T  an instant such as 2026-01-01T00:00:00Z
  --to T    likewise; an entry of this very instant need not be part of it
  -o FILE   into a file, which appears when it is whole (default: standard output)`,
  async run(args) {
    const { from, to, output: file } = parseArgs({ args, options: { from: { type: "string" }, to: { type: "string" }, output: { type: "string", short: "o" } } }).values;
    if (from === undefined || to === undefined) throw usageError("--from and --to are needed");
    await output(await getStream(`/audit/bundle?${new URLSearchParams({ from, to }).toString()}`), file);
    return EXIT.ok;
  },
};
