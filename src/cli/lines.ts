import { EXIT, Failure } from "./command";
import type { Chunks } from "./input";

const MOST_BYTES = 64 * 1024 * 1024;

/** The lines of a file as they are, without their line ends. Fails (1) where the last one has none, or one is longer than 64 MiB. */
export async function* linesIn(chunks: Chunks): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      const rest = chunk.subarray(from, end);
      yield length === 0 ? rest : Buffer.concat([...begun, rest]);
      [begun, length, from] = [[], 0, end + 1];
    }
    if (from === chunk.length) continue;
    begun.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MOST_BYTES) throw new Failure(EXIT.refused, "a line of the file is too long");
  }
  if (length > 0) throw new Failure(EXIT.refused, "the file ends within a line: it was cut off");
}

const LINE_END = 0x0a;
