import { parseArgs } from "node:util";
import { addPeriod, isDuration } from "../platform/calendar";
import { FileClock, systemClock } from "../platform/clock";
import type { Config } from "../platform/config";
import { parseKeys } from "../platform/crypto/keys";
import { type KeysFile, rotateKek, rotateSigningKey } from "../platform/crypto/keys-file";
import { changeKeysFile } from "../platform/crypto/keys-storage";
import { type Command, EXIT, Failure, print, usageError } from "./command";
import { localConfig } from "./local-config";

const USES = { audit: "auditKeys", order: "orderKeys", certificate: "certificateKeys" } as const;

/** When the new key begins and when those before it end. */
interface Change {
  readonly from: Date;
  readonly until: Date;
}

export const rotateKeysCommand: Command = {
  name: "keys rotate",
  usage: "--use audit|order|certificate|kek [--overlap P] [--at T]",
  help: `Gives the keys file of this machine (CADASTRE_KEYS_FILE) a new key. Running processes that read the file use it within a second.
Copy the file to its backup, and to the other machines, before anything else.
  --use audit        signs the log's checkpoints; until the overlap ends the old key signs them too, and the log's name stays
  --use order        signs orders; give it an --at, so that services have read it from /orders/keys by then
  --use certificate  signs certificates; old ones stay valid
  --use kek          wraps new data keys; the old one stays for those that it has wrapped
  --overlap P        how long the keys before it are still good, as a duration (P7D)
  --at T             when it begins, an RFC 3339 instant to come (now)`,
  async run(args) {
    const { values } = parseArgs({ args, options: { use: { type: "string" }, overlap: { type: "string" }, at: { type: "string" } } });
    const { use, overlap, at } = values;
    const config = localConfig();
    if (use === "kek") {
      if (overlap !== undefined || at !== undefined) throw usageError("--use kek takes effect at once: it knows no --overlap and no --at");
      const { keks: [kek] } = change(config, (keys) => rotateKek(keys, nowOf(config)));
      print(`new data keys are wrapped by ${kek?.id}`);
      return EXIT.ok;
    }
    if (!isSigningUse(use)) throw usageError("--use: expected audit, order, certificate or kek");
    const { from, until } = readChange(nowOf(config), at, overlap);
    const [key] = parseKeys(JSON.stringify(change(config, (keys) => rotateSigningKey(keys, USES[use], from, until))))[USES[use]];
    print(`${use} key ${key?.publicKey} signs from ${from.toISOString()}; those before it end at ${until.toISOString()}`);
    return EXIT.ok;
  },
};

const isSigningUse = (use: string | undefined): use is keyof typeof USES => use !== undefined && Object.hasOwn(USES, use);

const nowOf = ({ clockFile }: Config): Date => (clockFile === undefined ? systemClock : new FileClock(clockFile)).now();

function readChange(now: Date, at: string | undefined, overlap = "P7D"): Change {
  const from = at === undefined ? now : /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(at) ? new Date(at) : new Date(NaN);
  if (!(from >= now)) throw usageError("--at: expected an RFC 3339 instant to come, such as 2027-01-01T00:00:00Z");
  if (!isDuration(overlap)) throw usageError("--overlap: expected an ISO 8601 duration such as P7D");
  return { from, until: addPeriod(from, overlap) };
}

function change({ keysFile }: Config, how: (keys: KeysFile) => KeysFile): KeysFile {
  try {
    return changeKeysFile(keysFile, how);
  } catch (error) {
    throw new Failure(EXIT.refused, `the keys file ${keysFile} stays as it is: ${(error as Error).message}`);
  }
}
