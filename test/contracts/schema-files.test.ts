import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { generateAll } from "../../scripts/schema-files";

const SCHEMA = resolve(__dirname, "../../schema");

describe("schema/ is what the code says (npm run generate rewrites it):", () => {
  let fresh: Map<string, string>;
  beforeAll(async () => {
    fresh = await generateAll();
  });

  test("no file is missing, none is left over", () => {
    expect(readdirSync(SCHEMA).sort()).toEqual([...fresh.keys()].sort());
  });

  test.each(["schema.graphql", "participant.openapi.yaml", "database.sql", "permissions.md", "error-codes.md"])("%s", (file) => {
    expect(readFileSync(join(SCHEMA, file), "utf8")).toBe(fresh.get(file));
  });
});
