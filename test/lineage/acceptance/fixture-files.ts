import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../../../shared/fixtures/openlineage");

/** Real input, written by others, may be absent: whoever needs it skips then. */
export const FIXTURES_ARE_THERE = existsSync(ROOT);

/** Paths below the folder, of JSON files. */
export const fixtureFiles = (folder: string): string[] =>
  FIXTURES_ARE_THERE
    ? readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json")).map((name) => join(folder, name)).sort()
    : [];

const START = Date.parse("2026-02-01T00:00:00Z");

/** Marks of templates, as whoever wrote them would replace them. */
function rendered(text: string): string {
  return text
    .replaceAll("{{RUN_START_TIME}}", new Date(START).toISOString())
    .replace(/\{\{RUN_END_TIME_AFTER_(\d+)_MINUTES\}\}/g, (_, minutes: string) => new Date(START + Number(minutes) * 60_000).toISOString())
    .replace(/"\$\{json-unit\.regex\}(?:[^"\\]|\\.)*"/g, '"127.0.0.1"')
    .replace(/"\$\{json-unit\.any-string\}"/g, '"any"');
}

export const readFixture = <Content = Record<string, unknown>>(path: string): Content => JSON.parse(rendered(readFileSync(join(ROOT, path), "utf8"))) as Content;

/** What the fragments of Hive's tests lack of an event. */
export const completed = (fragment: Record<string, unknown>): Record<string, unknown> => ({
  eventTime: "2026-02-01T00:00:00Z",
  producer: "https://github.com/OpenLineage/OpenLineage/tree/main/integration/hive",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  ...fragment,
  run: { runId: "0190a0a0-0000-7000-8000-000000000001", ...(fragment.run as object) },
});
