import { parseArgs } from "node:util";
import { parseTrustedKey, type TrustedKey, type VerifiedCertificate, verifyCertificate } from "../protocol/certificate";
import { type Command, complain, EXIT, print, usageError } from "./command";
import { readInput } from "./input";

type Genuine = Extract<VerifiedCertificate, { verdict: "GENUINE" }>;

export const verifyCommand: Command = {
  name: "verify",
  usage: "FILE [--key K]…",
  help: `Checks a certificate of erasure offline and prints \`<grade> <outcome> <dataset>\` for each place.
  FILE     the certificate's exact bytes; - reads standard input
  --key K  a key to trust, whpk_… or a vkey; may be repeated. Without it: those of CADASTRE_TRUSTED_KEYS, comma-separated
A key inside the file is never trusted. Exit code 3: signed by none of these keys; 1: altered, or not a certificate.
Offline nobody can tell whether a certificate was superseded: ask the server for its status (\`certificateStatus\`).`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: { key: { type: "string", multiple: true } }, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) throw usageError("expected one FILE");
    const keys = values.key ?? process.env.CADASTRE_TRUSTED_KEYS?.split(",").filter((text) => text.trim() !== "") ?? [];
    return report(file, verifyCertificate(await readInput(file), keys.map(readKey)));
  },
};

function readKey(text: string): TrustedKey {
  try {
    return parseTrustedKey(text.trim());
  } catch {
    throw usageError("--key, CADASTRE_TRUSTED_KEYS: expected Ed25519 keys, whpk_… or a vkey");
  }
}

function report(file: string, verified: VerifiedCertificate): number {
  switch (verified.verdict) {
    case "GENUINE":
      describe(verified).forEach(print);
      return EXIT.ok;
    case "UNKNOWN_SIGNER":
      complain(`${file}: the signer, key ${verified.keyId}, is not among the trusted keys; give it with --key if you trust it`);
      return EXIT.untrustedSigner;
    case "FAULTY":
      complain(`${file}: ${verified.fault}`);
      return EXIT.refused;
  }
}

function describe({ payload }: Genuine): string[] {
  return [
    ...payload.datasets.map(({ grade, outcome, dataset }) => `${grade} ${outcome} ${dataset}`),
    ...payload.gaps.map(({ reason, dataset }) => `gap ${reason} ${dataset}`),
    `${payload.result} as of ${payload.asOf}${payload.backupsUntil ? `, except backups until ${payload.backupsUntil}` : ""}`,
    `certificate ${payload.id} of request ${payload.request}`,
    "not checked for supersession",
    "UNWITNESSED: no checkpoint of the audit log stands behind it",
  ];
}
