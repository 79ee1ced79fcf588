import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { EXIT, Failure } from "./command";
import { readInput } from "./input";

/** What one source declares, as it is sent. */
export interface Descriptor {
  readonly source: string;
  readonly files: readonly DescriptorFile[];
}

interface DescriptorFile {
  readonly path: string;
  readonly document: string;
  /** It was found, not named: what is no descriptor is passed over. */
  readonly skippable: boolean;
}

/** Each path is a source of its own, a directory or pattern with all its files; with a source named, all of them are that one. */
export async function readDescriptors(paths: readonly string[], source: string | undefined): Promise<Descriptor[]> {
  const found: Descriptor[] = [];
  for (const path of paths) found.push({ source: nameOf(path), files: await readFiles(path) });
  return source === undefined ? found : [{ source, files: found.flatMap(({ files }) => files) }];
}

async function readFiles(path: string): Promise<DescriptorFile[]> {
  const names = await findFiles(path);
  const files: DescriptorFile[] = [];
  for (const name of names ?? [path]) {
    files.push({ path: nameOf(name), document: textOf(name, await readInput(name)), skippable: names !== undefined });
  }
  return files;
}

/** Fails (1) where the bytes are not UTF-8: they would be kept as U+FFFD. What looks binary is left to the server, which refuses it or passes it over. */
function textOf(name: string, bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (isUtf8(bytes) || bytes.includes(0)) return text;
  const reread = Buffer.from(text);
  const line = bytes.subarray(0, bytes.findIndex((byte, index) => byte !== reread[index])).toString("latin1").split("\n").length;
  throw new Failure(EXIT.refused, `${nameOf(name)}:${line}: not UTF-8`);
}

/** The files of a directory, or those that match a pattern, in the order of their names; undefined for a file. */
async function findFiles(path: string): Promise<string[] | undefined> {
  const here = path === "-" ? undefined : await stat(path).catch(() => undefined);
  if (path === "-" || here?.isFile() || (here === undefined && !isDynamicPattern(path))) return undefined;
  const ignore = ["**/node_modules/**"];
  const found = here?.isDirectory()
    ? (await glob("**/*.{yaml,yml,json}", { cwd: path, ignore })).map((name) => join(path, name))
    : await glob(path, { ignore });
  if (found.length === 0) throw new Failure(EXIT.refused, `${path}: no descriptors there`);
  return found.sort();
}

/** The same from wherever the path is written. */
const nameOf = (path: string): string => (path === "-" ? "stdin" : relative(process.cwd(), path).split(sep).join("/") || ".");
