import { parseArgs } from "node:util";
import { type Command, EXIT, usageError } from "./command";
import { askServer } from "./graphql-client";
import { output } from "./stream-output";

const PROOF = "query ($entry: ID!) { auditProof(entry: $entry) }";

export const auditProofCommand: Command = {
  name: "audit proof",
  usage: "ID [-o FILE]",
  help: `Prints the proof that an entry stands in the audit log (c2sp.org/tlog-proof@v1), for \`cadastre verify\`.
  ID       of the entry. The proof of one that was just written takes some seconds
  -o FILE  into a file (default: standard output)`,
  async run(args) {
    const { positionals, values } = parseArgs({ args, options: { output: { type: "string", short: "o" } }, allowPositionals: true });
    const [entry, ...others] = positionals;
    if (entry === undefined || others.length > 0) throw usageError("expected the ID of one entry");
    const { auditProof } = await askServer<{ auditProof: string }>(PROOF, { entry });
    await output([Buffer.from(auditProof)], values.output);
    return EXIT.ok;
  },
};
