// Makes a clone ready to run: packages installed as package-lock.json says, dist/ built from the sources as they are now,
// and `npx cadastre` linked. Needs nothing but Node and npm; does nothing when all is in place; any number may run at once.
// `--installed`: npm has just installed the packages (its `prepare` step), so only build and link; what fails then is said, not fatal,
// because an installation must succeed while sources are being worked on.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./lock.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const at = (...parts) => join(root, ...parts);

const SOURCES = ["src", "bench", "examples", "ormconfig.ts", "tsconfig.json", "tsconfig.build.json"];
const BUILT_FROM = at("dist", ".built-from");
const WORKROOM = at(".ready");
const COMPILER = at("node_modules", "ts7", "bin", "tsc");
/** Tells the `prepare` step that the npm which runs it was started here. */
const NESTED = "CADASTRE_ENSURE_READY";

export async function ensureReady({ installed = false } = {}) {
  refuseOldNode();
  if (process.env[NESTED]) return;
  if ((installed || packagesAreInstalled()) && buildIsCurrent() && binIsLinked()) return;
  mkdirSync(WORKROOM, { recursive: true });
  writeFileSync(join(WORKROOM, ".gitignore"), "*\n");
  await withLock(join(WORKROOM, "lock"), say, async () => {
    if (!installed && !packagesAreInstalled()) await install();
    if (!binIsLinked()) linkBin();
    if (!buildIsCurrent()) await build();
  });
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`Node ${process.versions.node} is too old: Cadastre needs 20.19 or newer`);
}

/** npm writes node_modules/.package-lock.json when an installation has succeeded: it must hold what package-lock.json asks for. */
function packagesAreInstalled() {
  const wanted = readPackages(at("package-lock.json"));
  const present = readPackages(at("node_modules", ".package-lock.json"));
  if (wanted === undefined) throw new Error("package-lock.json is missing or broken: restore it from the repository");
  if (present === undefined) return false;
  const deployed = process.env.NODE_ENV === "production" && buildIsCurrent();
  return Object.entries(wanted).every(([path, { version, integrity, optional, dev, devOptional }]) => {
    if (path === "" || optional || (deployed && (dev || devOptional))) return true;
    return present[path]?.version === version && present[path].integrity === integrity;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

async function install() {
  say("installing the packages of package-lock.json (npm ci)");
  const npm = process.env.npm_execpath;
  const [command, first] = npm && basename(npm) === "npm-cli.js" ? [process.execPath, [npm]] : ["npm", []];
  await run(command, [...first, "ci", "--include=dev"], "npm ci failed: see its message above");
}

function buildIsCurrent() {
  if (!existsSync(at("src"))) return existsSync(at("dist"));
  return existsSync(BUILT_FROM) && readFileSync(BUILT_FROM, "utf8") === digestOfSources();
}

/** Content, not times: a checkout or a deleted file must count, a touched file must not. */
function digestOfSources() {
  const hash = createHash("sha256");
  for (const file of SOURCES.flatMap(filesBelow).sort()) hash.update(`${file}\0`).update(readFileSync(at(file))).update("\0");
  return hash.digest("hex");
}

function filesBelow(path) {
  const found = lstatSync(at(path), { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return [];
  if (!found.isDirectory()) return /\.(ts|json)$/.test(path) ? [path] : [];
  return readdirSync(at(path)).filter((name) => name !== "node_modules").flatMap((name) => filesBelow(join(path, name)));
}

/** Builds beside dist/ and then swaps, so that nobody ever sees half a build. */
async function build() {
  if (!existsSync(COMPILER)) throw new Error("dist/ is not built: the compiler (a development package) is not installed; run npm ci --include=dev");
  say("building dist/");
  const digest = digestOfSources();
  const [fresh, old] = [join(WORKROOM, "build"), join(WORKROOM, "old-build")];
  rmSync(fresh, { recursive: true, force: true });
  await run(process.execPath, [COMPILER, "-p", "tsconfig.build.json", "--outDir", fresh], "the build failed: see the errors above");
  writeFileSync(join(fresh, ".built-from"), digest);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(at("dist"))) renameSync(at("dist"), old);
  renameSync(fresh, at("dist"));
  rmSync(old, { recursive: true, force: true });
}

const binLink = at("node_modules", ".bin", "cadastre");
const binIsLinked = () => existsSync(binLink);

/** npm links the commands of dependencies only; this is our own. */
function linkBin() {
  if (!existsSync(dirname(binLink))) return;
  rmSync(binLink, { force: true });
  symlinkSync(relative(dirname(binLink), at("bin", "cadastre.js")), binLink);
}

/** Runs with our output and without input; what children print goes to standard error, standard output belongs to the caller. */
function run(command, args, failure) {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", 2, 2], env: { ...process.env, [NESTED]: "1" } });
    const kill = () => child.kill();
    process.on("exit", kill);
    child.on("error", (error) => failed(new Error(`${failure} (${error.message})`)));
    child.on("exit", (code) => {
      process.off("exit", kill);
      if (code === 0) done();
      else failed(new Error(failure));
    });
  });
}

function say(line) {
  process.stderr.write(`cadastre: ${line}\n`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const installed = process.argv.includes("--installed");
  ensureReady({ installed }).catch((error) => {
    say(error.message);
    process.exitCode = installed ? 0 : 1;
  });
}
