// Everything that can be known without running the tests: each check with its time and result; exit 1 if one failed.
import { spawnSync } from "node:child_process";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureReady } from "./ensure-ready.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const CHECKS = [
  ["types", "node_modules/ts7/bin/tsc", "--noEmit", "-p", "tsconfig.json"],
  ["lint", "node_modules/eslint/bin/eslint.js", "--max-warnings", "0", "."],
  ["walls", "node_modules/dependency-cruiser/bin/dependency-cruise.mjs", "--config", ".dependency-cruiser.cjs", "src", "examples", "bench"],
  ["dead code", "node_modules/knip/bin/knip.js"],
  ["contracts", "--require", "./scripts/swc-register.cjs", "scripts/generate.ts", "--compare"],
];

try {
  await ensureReady();
} catch (error) {
  // The checks that need what is missing will say so themselves.
  process.stderr.write(`cadastre: ${error.message}\n`);
}

const failed = CHECKS.filter((check) => !passes(check)).length;
console.log(`checks: ${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function passes([name, ...args]) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 2 ** 26 });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const ok = status === 0;
  console.log(`${name.padEnd(10)} ${ok ? "ok    " : "FAILED"} ${seconds.padStart(6)} s`);
  if (!ok) console.log(`${stdout}${stderr}`.trimEnd().replace(/^/gm, "  "));
  return ok;
}
