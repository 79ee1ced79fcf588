import { parseVerifyingKey, type VerifyingKey } from "../../protocol";

const CAPACITY = 10_000;
const known = new Map<string, VerifyingKey>();

/** Public keys ready for use. Reading one costs about as much as a verification, and services keep theirs for long. */
export function verifyingKeys(texts: readonly string[]): VerifyingKey[] {
  return texts.map((text) => known.get(text) ?? remember(parseVerifyingKey(text)));
}

function remember(key: VerifyingKey): VerifyingKey {
  if (known.size >= CAPACITY) known.clear();
  known.set(key.text, key);
  return key;
}
