import { parseArgs } from "node:util";
import type * as app from "../app/serve";
import { type Command, EXIT } from "./command";
import { localConfig } from "./local-config";

export const serveCommand: Command = {
  name: "serve",
  usage: "",
  help: `Runs the server in the roles of CADASTRE_ROLES (api,worker) until it is told to stop (SIGINT, SIGTERM).
Everything is configured by environment variables: see docs/operations.md.`,
  async run(args) {
    parseArgs({ args });
    const config = localConfig();
    // Loaded here, because the other commands start in a tenth of its time.
    const { serve } = require("../app/serve") as typeof app;
    await serve(config);
    return EXIT.ok;
  },
};
