import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { generateAll } from "./schema-files";

/** `npm run generate` rewrites schema/; with `--compare` it writes nothing, names what differs and exits 1 if anything does. */
const SCHEMA = resolve(__dirname, "../schema");

async function main(): Promise<void> {
  const fresh = await generateAll();
  mkdirSync(SCHEMA, { recursive: true });
  const committed = new Map(readdirSync(SCHEMA).map((file) => [file, readFileSync(join(SCHEMA, file), "utf8")]));
  const changed = [...new Set([...fresh.keys(), ...committed.keys()])].filter((file) => fresh.get(file) !== committed.get(file)).sort();

  if (process.argv.includes("--compare")) {
    for (const file of changed) console.log(`schema/${file} is not what the code says: run npm run generate and commit what changes`);
    process.exitCode = changed.length === 0 ? 0 : 1;
    return;
  }
  for (const file of changed) {
    const text = fresh.get(file);
    if (text === undefined) rmSync(join(SCHEMA, file));
    else writeFileSync(join(SCHEMA, file), text);
    console.log(`schema/${file} ${text === undefined ? "removed" : "written"}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
