import { ED25519, parseVkey, type Vkey } from "../protocol/tlog/signed-note";

/** Reads the vkey of a setting. Throws, naming the setting, where it is none, or the one of a log in the place of a witness's or the other way round. */
export function configuredVkey(setting: string, text: string, type: Vkey["type"]): Vkey {
  const vkey = parse(setting, text);
  if (vkey.type !== type) throw new Error(`${setting}: ${vkey.name} is the vkey of ${type === ED25519 ? "a witness, not of a log" : "a log, not of a witness"}`);
  return vkey;
}

function parse(setting: string, text: string): Vkey {
  try {
    return parseVkey(text);
  } catch (error) {
    throw new Error(`${setting}: ${(error as Error).message}`, { cause: error });
  }
}
