import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { ReadLogFile } from "../protocol/tlog/log-files";
import { EXIT, Failure } from "./command";
import { doorOf, isGatewayError, unreachable } from "./http-client";

const TIMEOUT_MS = 60_000;

/** The files of a log's mirror. What is no file is not there; fails (1) where one cannot be read. */
export const directoryReader = (directory: string): ReadLogFile => async (path, most) => {
  const file = join(directory, path);
  let handle: FileHandle | undefined;
  try {
    // Without waiting for somebody to write into a pipe that stands there.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) return undefined;
    const chunks = handle.createReadStream({ end: most, autoClose: false });
    return await upTo(chunks, most);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENXIO" || code === "EISDIR") return undefined;
    throw new Failure(EXIT.refused, `${file} cannot be read (${code})`);
  } finally {
    await handle?.close();
  }
};

/** Finds the log at a URL: there, or below at `/audit`. Fails with 69 where nobody answers. */
export async function findLog(url: URL): Promise<ReadLogFile> {
  const [here, below] = ["", "/audit"].map((path) => httpReader(new URL(`${url.href.replace(/[/?#]*$/, "")}${path}`))) as [ReadLogFile, ReadLogFile];
  return (await here("checkpoint", 0)) === undefined ? below : here;
}

/**
 * The files of a log at a URL. CADASTRE_TOKEN goes to the server at CADASTRE_URL only. Fails with 69 where nobody answers, with 1 where the server
 * answers something else than a file or that there is none; entries that it does not hand out are not there, and are asked for no more.
 */
export function httpReader(base: URL): ReadLogFile {
  const { url: own, credentials } = doorOf("/");
  const headers = own.origin === base.origin ? credentials : {};
  let isWithheld = false;
  return async (path, most) => {
    const isEntry = path.startsWith("tile/entries/") || path.startsWith("entry/");
    if (isEntry && isWithheld) return undefined;
    const url = new URL(`${base.href}/${path}`);
    try {
      const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return await upTo((response.body ?? []) as AsyncIterable<Uint8Array>, most);
      await response.body?.cancel();
      isWithheld ||= isEntry && isForbidden(response.status);
      if (isForbidden(response.status) || isMissing(response.status)) return undefined;
      if (!isGatewayError(response.status)) throw new Failure(EXIT.refused, `${url.href}: the server answered HTTP ${response.status}`);
      throw new Error(`HTTP ${response.status}`);
    } catch (error) {
      throw error instanceof Failure ? error : unreachable(url, error);
    }
  };
}

const isForbidden = (status: number): boolean => status === 401 || status === 403;
const isMissing = (status: number): boolean => status === 404 || status === 410;

/** At most one byte more than `most`, so that what is too long shows. */
async function upTo(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const taken: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    taken.push(chunk);
    length += chunk.length;
    if (length > most) break;
  }
  return Buffer.concat(taken).subarray(0, most + 1);
}
