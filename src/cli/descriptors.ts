import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { readInput } from "./input";

/** What one source declares, as it is sent: one document text, made of one file or several. */
export interface Descriptor {
  readonly source: string;
  readonly document: string;
  readonly files: readonly { readonly path: string; readonly firstLine: number }[];
}

/** Each path is a source of its own, a directory's `*.yaml` files together; with a source named, all of them are that one. */
export async function readDescriptors(paths: readonly string[], source: string | undefined): Promise<Descriptor[]> {
  const found = await Promise.all(paths.map(async (path) => ({ path, files: await filesOf(path) })));
  if (source !== undefined) return [await read(source, found.flatMap(({ files }) => files))];
  return Promise.all(found.map(({ path, files }) => read(nameOf(path), files)));
}

/** The same message with the file and line in which the reader finds it: the server counts lines of the whole document. */
export function inItsFile({ source, files }: Descriptor, error: string): string {
  const [, line, rest] = (error.startsWith(source) && /^:(\d+)(:.*)$/s.exec(error.slice(source.length))) || [];
  if (line === undefined) return error;
  const file = files.findLast(({ firstLine }) => firstLine <= Number(line));
  return file === undefined ? error : `${file.path}:${Number(line) - file.firstLine + 1}${rest}`;
}

async function filesOf(path: string): Promise<string[]> {
  const isDirectory = path !== "-" && (await stat(path).catch(() => undefined))?.isDirectory();
  if (!isDirectory) return [path];
  const names = await readdir(path);
  return names.filter((name) => /\.ya?ml$/.test(name)).sort().map((name) => join(path, name));
}

/** One file keeps its bytes; several become the documents of one YAML stream. */
async function read(source: string, paths: readonly string[]): Promise<Descriptor> {
  let document = "";
  const files: { path: string; firstLine: number }[] = [];
  for (const path of paths) {
    const text = (await readInput(path)).toString("utf8");
    if (document !== "") document = `${document.replace(/\n?$/, "\n")}${text.startsWith("---") ? "" : "---\n"}`;
    files.push({ path, firstLine: document.split("\n").length });
    document += text;
  }
  return { source, document, files };
}

/** The same from wherever the path is written. */
const nameOf = (path: string): string => (path === "-" ? "stdin" : relative(process.cwd(), path).split(sep).join("/") || ".");
