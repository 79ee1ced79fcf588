import { parseArgs } from "node:util";
import type * as app from "../app/serve";
import { type Command, EXIT } from "./command";
import { localConfig } from "./local-config";

export const migrateCommand: Command = {
  name: "migrate",
  usage: "",
  help: `Brings the database to the state that this version needs; does nothing where it is there already.
\`serve\` does the same at its start. Refuses a database that is newer than this version.`,
  async run(args) {
    parseArgs({ args });
    const config = localConfig();
    const { migrate } = require("../app/serve") as typeof app;
    await migrate(config);
    return EXIT.ok;
  },
};
