import { readFile } from "node:fs/promises";
import { EXIT, Failure } from "./command";

/** The bytes of a file; `-` is standard input. Fails (1) if it cannot be read. */
export async function readInput(path: string): Promise<Buffer> {
  try {
    return path === "-" ? await readStandardInput() : await readFile(path);
  } catch (error) {
    throw new Failure(EXIT.refused, `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
