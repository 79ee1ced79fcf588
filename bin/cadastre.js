#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const main = join(__dirname, "..", "dist", "src", "cli", "main.js");
if (existsSync(main)) {
  require(main);
} else {
  console.error("cadastre: not built yet; run `node scripts/ensure-ready.mjs` in the project's folder");
  process.exitCode = 1;
}
