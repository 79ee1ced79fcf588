/** Entries of a tile, each behind its length as a big-endian uint16 (C2SP tlog-tiles, "Log entries"). */
export const encodeBundle = (entries: readonly Uint8Array[]): Buffer => Buffer.concat(entries.flatMap((entry) => [lengthOf(entry), entry]));

/** Reads a bundle. Throws where its bytes end within an entry. */
export const decodeBundle = (bytes: Buffer): Buffer[] => [...entriesIn(bytes)];

/** The entries of a bundle, one after the other. Throws on coming to an entry that the bytes end within. */
export function* entriesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + LENGTH_BYTES <= bytes.length ? at + LENGTH_BYTES + bytes.readUInt16BE(at) : Infinity;
    if (end > bytes.length) throw new Error("the bundle of entries ends within an entry");
    yield bytes.subarray(at + LENGTH_BYTES, end);
    at = end;
  }
}

const LENGTH_BYTES = 2;

function lengthOf({ length }: Uint8Array): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeUInt16BE(length);
  return bytes;
}
