import { completed, fixtureFiles, readFixture } from "../acceptance/fixture-files";

type Json = Record<string, unknown>;

const isEvent = ({ file, value }: { file: string; value: unknown }): boolean => !/Facet|expected-links|maintainers|config/.test(file) && typeof value === "object";

/** Every event of the folder, rendered and completed; none where the folder is absent. */
export function fixtureEvents(): { readonly file: string; readonly event: Json }[] {
  const files = ["spec", "proxy", "marquez", "hive", "compatibility"].flatMap((folder) => fixtureFiles(folder));
  return files
    .map((file) => ({ file, value: readFixture<Json | Json[]>(file) }))
    .filter(isEvent)
    .flatMap(({ file, value }) => (Array.isArray(value) ? value : [value]).map((event) => ({ file, event: file.startsWith("hive") ? completed(event) : event })));
}
