import { parseArgs } from "node:util";
import { type Command, complain, EXIT, Failure, print } from "./command";
import { getStream, linesOf } from "./http-client";

interface Sound {
  readonly ok: true;
  readonly size: number;
  readonly checkpoints: number;
  readonly entries: number;
  readonly dropped: number;
  readonly unprotected: number;
  readonly remembered: number | null;
}

interface Faulty {
  readonly ok: false;
  readonly faultyIndex: number;
  readonly fault: string;
}

type Line = Sound | Faulty | { readonly ok?: undefined; readonly checked: number };

export const auditFsckCommand: Command = {
  name: "audit fsck",
  usage: "",
  help: `Has the server read its whole audit log again and compare all of it with the checkpoints that it signed.
Prints \`faulty index N\`, the first leaf at which anything is wrong, and what, and ends with 1; or else what was checked.
\`unprotected\` are entries that no checkpoint covers yet: nobody could tell if these were altered.`,
  async run(args) {
    parseArgs({ args, options: {} });
    for await (const text of linesOf(await getStream("/audit/fsck"))) {
      const line = JSON.parse(text) as Line;
      if (line.ok === undefined) complain(`checked ${line.checked}`);
      else return line.ok ? tellSound(line) : tellFaulty(line);
    }
    throw new Failure(EXIT.unreachable, "the server broke off before it had read everything");
  },
};

function tellFaulty({ faultyIndex, fault }: Faulty): number {
  print(`faulty index ${faultyIndex}`);
  print(fault);
  return EXIT.refused;
}

function tellSound({ size, checkpoints, entries, dropped, unprotected, remembered }: Sound): number {
  print(`the log of size ${size} is sound`);
  print(`checkpoints: ${checkpoints}, entries: ${entries}, dropped by retention: ${dropped}, unprotected: ${unprotected}`);
  if (remembered === null) complain("no checkpoint is remembered beside the server's keys: an older copy of the whole database would not be noticed");
  return EXIT.ok;
}
