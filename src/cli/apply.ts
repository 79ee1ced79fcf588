import { type Command, EXIT, print } from "./command";
import { IMPORT_HELP, IMPORT_USAGE, importDescriptor, readImportCall } from "./import-descriptors";

export const applyCommand: Command = {
  name: "apply",
  usage: IMPORT_USAGE,
  help: `Makes the catalog declare what the descriptors say. A source is applied as a whole or, with exit code 1, not at all.
${IMPORT_HELP}`,
  async run(args) {
    const { format, descriptors } = await readImportCall(args);
    for (const descriptor of descriptors) {
      const { changes, errors, plan } = await importDescriptor(descriptor, format, false);
      if (errors.length > 0) return EXIT.refused;
      plan?.forEach(print);
      print(`${descriptor.source}: ${changes === 0 ? "no changes" : `${changes} applied`}`);
    }
    return EXIT.ok;
  },
};
