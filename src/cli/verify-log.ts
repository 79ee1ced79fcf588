import type { ReadLogFile } from "../protocol/tlog/log-files";
import { verifyLog, type VerifiedLog } from "../protocol/tlog/log-verification";
import type { Knowledge } from "../protocol/tlog/verification";
import { EXIT, print } from "./command";
import { printable } from "./printable";
import { reportFault, signersOf, unlessWitnessed } from "./verification-report";

/** Checks a whole log, entry by entry as far as they are disclosed, and prints how it stands. */
export async function verifyLogAt(place: string, read: ReadLogFile, knowledge: Knowledge): Promise<number> {
  const verified = await verifyLog(read, knowledge);
  if (verified.verdict !== "GENUINE") return reportFault(place, verified);
  describe(verified).forEach(print);
  return EXIT.ok;
}

function describe({ checkpoint, since, disclosed, dropped }: VerifiedLog): string[] {
  const { origin, size, root } = checkpoint;
  return [
    `the audit log ${printable(origin)} has ${size} entries under the root ${root.toString("base64")}`,
    disclosed > 0 || size === 0 ? `each of ${disclosed} entries is the one that was hashed` : "no entries are disclosed: only their hashes were checked",
    ...(dropped > 0 ? [`${dropped} entries were dropped, as the log itself says`] : []),
    ...signersOf(checkpoint),
    ...(since ? [`extends the remembered checkpoint of ${since.size} entries`] : []),
    ...unlessWitnessed(checkpoint.witnesses, since),
  ];
}
