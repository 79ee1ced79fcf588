import { readdirSync } from "node:fs";
import { join } from "node:path";
import { getMetadataArgsStorage } from "typeorm";

type RowClass = new () => object;

/** Every row class under `src/<room>/storage/*-rows.ts`. */
export function loadRowClasses(): RowClass[] {
  const src = join(__dirname, "../../src");
  for (const file of readdirSync(src, { recursive: true, encoding: "utf8" })) {
    if (/[\\/]storage[\\/][^\\/]+-rows\.ts$/.test(file)) require(join(src, file));
  }
  return getMetadataArgsStorage().tables.map((table) => table.target as RowClass);
}
