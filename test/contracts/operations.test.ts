import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const read = (file: string): string => readFileSync(resolve(__dirname, "../..", file), "utf8");

test("docs/operations.md has a row for every environment variable, and for nothing else", () => {
  const config = read("src/platform/config.ts");
  const taken = [...config.matchAll(/\benv\.([A-Z_]+)|\b(?:take|secret|duration)\("([A-Z_]+)"/g)].map(([, plain, named]) => plain ?? named);
  const cells = [...read("docs/operations.md").matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].map(([, cell = ""]) => cell);
  const documented = cells.flatMap((cell) => [...cell.matchAll(/[A-Z_]+/g)].map(([name]) => name));
  expect(documented.sort()).toEqual([...new Set(taken)].sort());
});
