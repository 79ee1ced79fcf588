import { stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { isBundle } from "../protocol/tlog/audit-bundle";
import { isTlogProof } from "../protocol/tlog/tlog-proof";
import { type Command, usageError } from "./command";
import { collect, openInput, readInput } from "./input";
import { directoryReader, findLog } from "./log-readers";
import { readTrust } from "./trusted-keys";
import { verifyBundleFile } from "./verify-bundle";
import { verifyCertificateFile } from "./verify-certificate";
import { verifyLogAt } from "./verify-log";
import { verifyProofFile } from "./verify-proof";

const HEAD_BYTES = 64;
const MOST_BYTES = 64 * 1024 * 1024;

const OPTIONS = { key: { type: "string", multiple: true }, since: { type: "string" }, entry: { type: "string" } } as const;

export const verifyCommand: Command = {
  name: "verify",
  usage: "FILE|DIRECTORY|URL [--key K]… [--since CHECKPOINT] [--entry FILE]",
  help: `Checks certificates, proofs, auditor's bundles and whole audit logs, trusting nobody but the given keys.
  FILE        a certificate of erasure, a proof of an entry (tlog-proof), or an auditor's bundle; - reads standard input
  DIRECTORY   a mirror of an audit log (cadastre audit mirror)
  URL         an audit log: a mirror on any web server, or a Cadastre. Entries are read as far as they are disclosed, from a Cadastre at
              CADASTRE_URL with CADASTRE_TOKEN
  --key K     a key to trust: whpk_…, or the vkey of a log or a witness; may be repeated. Without it: those of CADASTRE_TRUSTED_KEYS,
              comma-separated
  --since CHECKPOINT  a checkpoint of the log that you kept from before: what it covers must be the same still
  --entry FILE        the entry's exact bytes, for a proof that does not carry them
A key inside of what is checked is never trusted. UNWITNESSED says that only the log itself vouches for what it shows you; to others it might show
another tree. Exit code 3: signed by none of these keys; 1: altered, malformed, or \`faulty index N\`: the first entry at which something is wrong.
Offline nobody can tell whether a certificate was superseded: ask the server for its status (\`certificateStatus\`).`,
  async run(args) {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    const [what, ...others] = positionals;
    if (what === undefined || others.length > 0) throw usageError("expected one FILE, DIRECTORY or URL");
    const trust = readTrust(values.key);
    const knowledge = { keys: trust.logs, since: values.since === undefined ? undefined : await readInput(values.since) };
    if (/^https?:\/\//.test(what)) return verifyLogAt(what, await findLog(urlOf(what)), knowledge);
    if (await isDirectory(what)) return verifyLogAt(what, directoryReader(what), knowledge);
    const { head, chunks } = await openInput(what, HEAD_BYTES);
    if (isBundle(head)) return verifyBundleFile(what, chunks, knowledge);
    const bytes = await collect(chunks, MOST_BYTES);
    if (!isTlogProof(head)) return verifyCertificateFile(what, bytes, trust, knowledge.since);
    return verifyProofFile(what, bytes.toString("utf8"), { ...knowledge, entry: values.entry === undefined ? undefined : await readInput(values.entry) });
  },
};

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw usageError("expected a URL such as https://audit.example.com/log");
  return new URL(text);
}

const isDirectory = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
