import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { EXIT, Failure } from "./command";

export type Chunks = AsyncIterable<Buffer>;

/** The bytes of a file; `-` is standard input. Fails (1) if it cannot be read. */
export async function readInput(path: string): Promise<Buffer> {
  try {
    return path === "-" ? await collect(process.stdin) : await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Begins to read a file, `-` is standard input: its first bytes, `most` of them if it is that long, and all of it. Fails (1) if it cannot be read. */
export async function openInput(path: string, most: number): Promise<{ readonly head: Buffer; readonly chunks: Chunks }> {
  const source = (path === "-" ? process.stdin : createReadStream(path))[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const next = async (): Promise<Buffer | undefined> => {
    try {
      const { done, value } = await source.next();
      return done ? undefined : value;
    } catch (error) {
      throw unreadable(path, error);
    }
  };
  let head: Buffer = Buffer.alloc(0);
  while (head.length < most) {
    const chunk = await next();
    if (chunk === undefined) break;
    head = Buffer.concat([head, chunk]);
  }
  const all = async function* (): AsyncGenerator<Buffer> {
    yield head;
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
  };
  return { head, chunks: all() };
}

/** All bytes of a stream. Fails (1) where there are more than `most`. */
export async function collect(chunks: AsyncIterable<unknown>, most = Infinity): Promise<Buffer> {
  const taken: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks as Chunks) {
    taken.push(chunk);
    length += chunk.length;
    if (length > most) throw new Failure(EXIT.refused, `the file is longer than ${most} bytes`);
  }
  return Buffer.concat(taken);
}

const unreadable = (path: string, error: unknown): Failure =>
  error instanceof Failure ? error : new Failure(EXIT.refused, `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
