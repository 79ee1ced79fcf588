import { type Command, EXIT, print } from "./command";
import { IMPORT_HELP, IMPORT_USAGE, importDescriptor, readImportCall } from "./import-descriptors";

export const planCommand: Command = {
  name: "plan",
  usage: IMPORT_USAGE,
  help: `Shows what apply would change in the catalog. Exit code 2: something; 0: nothing; 1: the descriptor has errors.
${IMPORT_HELP}`,
  async run(args) {
    const { format, descriptors } = await readImportCall(args);
    const reports = [];
    for (const descriptor of descriptors) reports.push(await importDescriptor(descriptor, format, true));
    if (reports.some(({ errors }) => errors.length > 0)) return EXIT.refused;
    const changes = reports.reduce((sum, report) => sum + report.changes, 0);
    reports.flatMap(({ plan }) => plan ?? []).forEach(print);
    print(changes === 0 ? "no changes" : `${changes} to apply`);
    return changes === 0 ? EXIT.ok : EXIT.changesPending;
  },
};
