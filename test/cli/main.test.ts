import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCadastre } from "./run-cadastre";

const COMMANDS = ["serve", "migrate", "bench", "verify", "token create", "plan", "apply", "matrix", "lineage", "conformance", "keys rotate"];

describe("cadastre", () => {
  test("lists its commands on --help", async () => {
    const { code, out, err } = await runCadastre(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command} {2}`, "m"));
  });

  test.each([
    ["nothing", []],
    ["an unknown command", ["erase"]],
    ["half a command", ["token"]],
    ["a command inside a word", ["constructor"]],
  ])("told %s shows how it is used, on standard error, and ends with 64", async (_what, args) => {
    const { code, out, err } = await runCadastre(args);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toContain("usage: cadastre <command>");
  });

  test.each(COMMANDS)("%s --help says how it is used", async (command) => {
    const { code, out, err } = await runCadastre([...command.split(" "), "--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(new RegExp(`^usage: cadastre ${command}`));
  });

  test.each(COMMANDS.filter((command) => command !== "bench"))("%s refuses an unknown flag with 64", async (command) => {
    const { code, out, err } = await runCadastre([...command.split(" "), "--no-such-flag"]);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(err).toContain(`usage: cadastre ${command}`);
  });

  test.each(["serve", "migrate"])("%s with a wrong configuration names every wrong value and ends with 1", async (command) => {
    const { code, err } = await runCadastre([command], { env: { PORT: "many", CADASTRE_ROLES: "queen" } });
    expect(code).toBe(1);
    expect(err).toMatch(/PORT: .*\n.*CADASTRE_ROLES: /);
  });
});

describe("bin/cadastre.js", () => {
  const start = (bin: string) =>
    new Promise<{ code: number | null; out: string; err: string }>((done) => {
      const child = execFile(process.execPath, [bin, "plan", "x"], (_error, out, err) => done({ code: child.exitCode, out, err }));
    });
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "cadastre-bin-"));
    await mkdir(join(root, "bin"));
    await copyFile(join(__dirname, "../../bin/cadastre.js"), join(root, "bin/cadastre.js"));
  });
  afterEach(() => rm(root, { recursive: true }));

  test("says what to do where nothing is built", async () => {
    const { code, err } = await start(join(root, "bin/cadastre.js"));
    expect(code).toBe(1);
    expect(err).toContain("node scripts/ensure-ready.mjs");
  });

  test("starts what is built, with its arguments", async () => {
    await mkdir(join(root, "dist/src/cli"), { recursive: true });
    await writeFile(join(root, "dist/src/cli/main.js"), "console.log(process.argv.slice(2).join())");
    expect(await start(join(root, "bin/cadastre.js"))).toEqual({ code: 0, out: "plan,x\n", err: "" });
  });
});
