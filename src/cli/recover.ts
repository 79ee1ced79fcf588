import { parseArgs } from "node:util";
import { type Command, EXIT, print } from "./command";
import { askServer } from "./graphql-client";

const RECOVER = "mutation { recoverAuditLog { found recorded extendsUpTo } }";

interface Recovery {
  readonly found: string;
  readonly recorded: string;
  readonly extendsUpTo: number;
}

export const recoverCommand: Command = {
  name: "recover",
  usage: "",
  help: `Lets the audit log go on from its database after an older one was restored, and says so in the log.
Checkpoints that were signed before may then not be extended any more, which whoever has kept one will see. Refused where nothing is broken.`,
  async run(args) {
    parseArgs({ args, options: {} });
    const { recoverAuditLog } = await askServer<{ recoverAuditLog: Recovery }>(RECOVER, {});
    const { found, recorded, extendsUpTo } = recoverAuditLog;
    print(found);
    print(`recorded in the log: ${recorded}`);
    print(`old checkpoints beyond ${extendsUpTo} entries no longer extend: tell those who have kept one`);
    return EXIT.ok;
  },
};
