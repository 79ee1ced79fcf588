import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const read = (file: string): string => readFileSync(resolve(__dirname, "../..", file), "utf8");

type Part = "dependencies" | "devDependencies" | "overrides";
const PARTS: readonly Part[] = ["dependencies", "devDependencies", "overrides"];

const manifest = JSON.parse(read("package.json")) as Record<Part, Record<string, unknown>>;
const sections = new Map(
  read("docs/dependencies.md").split(/^## /m).slice(1).map((section) => [section.split("\n", 1)[0] ?? "", section] as const),
);

/** Names and reasons of the lines "* `name`: reason" under a heading. */
function reasons(part: Part): [name: string, reason: string][] {
  return [...(sections.get(part) ?? "").matchAll(/^\* `([^`]+)`: (.+)$/gm)].map(([, name = "", reason = ""]) => [name, reason]);
}

describe.each(PARTS)("every one of the %s of package.json", (part) => {
  test("has its reason in docs/dependencies.md, and nothing else has", () => {
    expect(reasons(part).map(([name]) => name)).toEqual(Object.keys(manifest[part]).sort());
  });

  test("is said to be there for something", () => {
    for (const [name, reason] of reasons(part)) expect(`${name}: ${reason}`).toMatch(/: .{15,}$/);
  });
});

test.each(["dependencies", "devDependencies"] as const)("%s are pinned to one version", (part) => {
  for (const [name, version] of Object.entries(manifest[part])) expect(`${name} ${String(version)}`).toMatch(/ (npm:\S+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
});
