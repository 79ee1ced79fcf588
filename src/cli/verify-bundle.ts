import type { BundleHeader } from "../protocol/tlog/audit-bundle";
import { verifyBundle, type VerifiedBundle } from "../protocol/tlog/bundle-verification";
import type { Knowledge } from "../protocol/tlog/verification";
import { EXIT, print } from "./command";
import type { Chunks } from "./input";
import { linesIn } from "./lines";
import { printable } from "./printable";
import { reportFault, signersOf, unlessWitnessed } from "./verification-report";

/** Checks that an auditor's bundle holds every entry between two checkpoints, and prints which. */
export async function verifyBundleFile(file: string, chunks: Chunks, knowledge: Knowledge): Promise<number> {
  const verified = await verifyBundle(linesIn(chunks), knowledge);
  if (verified.verdict !== "GENUINE") return reportFault(file, verified);
  describe(verified, knowledge.since !== undefined).forEach(print);
  return EXIT.ok;
}

function describe({ header, start, end, disclosed, dropped, since }: VerifiedBundle, hasRemembered: boolean): string[] {
  return [
    `every entry of the audit log ${printable(header.origin)} from ${start} to before ${end.size}: ${disclosed} entries${dropped > 0 ? `, and ${dropped} that were dropped, as the log itself says` : ""}`,
    ...statedIn(header),
    ...signersOf(end),
    ...(since ? [`holds to the remembered checkpoint of ${since.size} entries`] : []),
    ...(hasRemembered && !since ? ["the remembered checkpoint lies outside of the bundle: nothing shows that both are of the same log"] : []),
    ...unlessWitnessed(end.witnesses, since),
  ];
}

/** What the log says of itself, and nothing in the bundle proves. */
const statedIn = ({ period, coverage }: BundleHeader): string[] => [
  `period, as stated: ${printable(period.from)} to ${printable(period.to)}`,
  ...coverage.map(
    ({ reporter, allowed, denied, withoutPurpose, lastAt }) =>
      `reported on the days (UTC) of the period, as stated: ${printable(reporter)} ${allowed} allowed, ${denied} denied, ${withoutPurpose} without purpose, last ${printable(lastAt)}`,
  ),
];
