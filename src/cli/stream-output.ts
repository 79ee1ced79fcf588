import { open, rename } from "node:fs/promises";
import { EXIT, Failure } from "./command";

type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** To a file, or to standard output where none is named. */
export const output = (bytes: Bytes, path: string | undefined): Promise<void> => (path === undefined ? printBytes(bytes) : saveBytes(bytes, path));

async function printBytes(bytes: Bytes): Promise<void> {
  for await (const chunk of bytes) await new Promise<void>((done, failed) => process.stdout.write(chunk, (error) => (error ? failed(error) : done())));
}

/** What breaks off must not look like the whole: the file appears when it is durable. */
async function saveBytes(bytes: Bytes, path: string): Promise<void> {
  const unfinished = await open(`${path}.part`, "w", 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(EXIT.refused, `${path}: cannot be written (${error.code})`);
  });
  try {
    for await (const chunk of bytes) await unfinished.writeFile(chunk);
    await unfinished.sync();
  } finally {
    await unfinished.close();
  }
  await rename(`${path}.part`, path);
}
