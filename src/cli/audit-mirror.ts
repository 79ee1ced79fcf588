import { parseArgs } from "node:util";
import { type Command, EXIT, print, usageError } from "./command";
import { LogMirror } from "./log-mirror";
import { doorOf } from "./http-client";
import { httpReader } from "./log-readers";

export const auditMirrorCommand: Command = {
  name: "audit mirror",
  usage: "DIRECTORY",
  help: `Copies the audit log into static files that any web server can hand out, for \`cadastre verify DIRECTORY\`.
  DIRECTORY  made where there is none. What is in it already is not fetched again, so that a run now and then keeps it up; the checkpoint comes
             last, when all that it covers is there
With a CADASTRE_TOKEN that may read entries they are copied, too: whoever gets the files, gets them. Without: their hashes only.`,
  async run(args) {
    const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
    const [directory, ...others] = positionals;
    if (directory === undefined || others.length > 0) throw usageError("expected one DIRECTORY");
    const mirror = new LogMirror(httpReader(doorOf("/audit").url), directory);
    const { origin, size, entries } = await mirror.update();
    print(`${directory} mirrors ${size} entries of ${origin}${entries ? "" : ", by their hashes only"}`);
    return EXIT.ok;
  },
};
