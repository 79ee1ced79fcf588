import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Descriptor, DescriptorFormat } from "../../src/catalog/descriptors/descriptor-model";
import { placeFiles, placesIn } from "../../src/catalog/descriptors/places";
import { readSource } from "../../src/catalog/descriptors/read-source";

/** What a text declares, and `line:column: text` of what is wrong in it. */
export async function readDescriptor(text: string, format: DescriptorFormat | "AUTO"): Promise<{ descriptor: Descriptor; errors: string[] }> {
  const files = placeFiles([{ path: "f", text }]);
  const { descriptor } = await readSource(files, format);
  const placeOf = placesIn(files);
  const inOrder = [...descriptor.errors].sort((one, other) => one.at - other.at);
  return { descriptor, errors: inOrder.map((error) => `${placeOf(error.at).slice("f:".length)}: ${error.text}`) };
}

/** Real files of a format, written by others; none where they are absent. */
export function fixturesOf(folder: string): { path: string; document: string }[] {
  const root = join(__dirname, "../../../shared/fixtures", folder);
  if (!existsSync(root)) return [];
  const paths = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths.sort().map((path) => ({ path: relative(root, path), document: readFileSync(path, "utf8") }));
}
