import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GraphqlDoor, openGraphqlDoor } from "./graphql-door";
import { runCadastre } from "./run-cadastre";

interface Report {
  changes: number;
  errors: string[];
  plan: string[] | null;
  skipped: string[];
}

const NO_CHANGE: Report = { changes: 0, errors: [], plan: [], skipped: [] };
const TWO_CHANGES: Report = { changes: 2, errors: [], plan: ["+ service shop", "~ entity customer: name"], skipped: [] };

let door: GraphqlDoor;
let authorization: string | undefined;
let answer: { status?: number; body: object | string };
const report = (importDescriptors: Report): void => void (answer = { body: { data: { importDescriptors } } });

const folder = mkdtempSync(join(tmpdir(), "cadastre-apply-"));
beforeAll(async () => {
  door = await openGraphqlDoor((_asked, headers) => {
    authorization = headers.authorization;
    return answer;
  });
  writeFileSync(join(folder, "shop.yaml"), "services:\n  - key: shop\n");
  mkdirSync(join(folder, "many"));
  writeFileSync(join(folder, "many/b.yaml"), "---\nb: 1\n");
  writeFileSync(join(folder, "many/a.yaml"), "a: 1\na2: 2");
  writeFileSync(join(folder, "many/c.yml"), "c: 1\n");
  writeFileSync(join(folder, "many/readme.md"), "no descriptor");
  mkdirSync(join(folder, "many/deep/node_modules"), { recursive: true });
  writeFileSync(join(folder, "many/deep/d.json"), "{}");
  writeFileSync(join(folder, "many/deep/node_modules/e.json"), "{}");
});
afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  door.asked.length = 0;
  report(NO_CHANGE);
});

const run = (args: string[], input?: string) =>
  runCadastre(args, { cwd: folder, input, env: { CADASTRE_URL: door.url, CADASTRE_TOKEN: "a-token" } });
const sent = () => door.asked.map(({ variables }) => variables.input as { source: string; format: string; document: string; files: { path: string; document: string; skippable: boolean }[]; dryRun: boolean });

describe("cadastre plan", () => {
  test("asks for a dry run, shows the changes and ends with 2", async () => {
    report(TWO_CHANGES);
    const { code, out, err } = await run(["plan", "-f", "shop.yaml"]);
    expect({ code, out, err }).toEqual({ code: 2, out: "+ service shop\n~ entity customer: name\n2 to apply\n", err: "" });
    expect(sent()).toEqual([
      { source: "shop.yaml", format: "CADASTRE", recognise: true, document: "", files: [{ path: "shop.yaml", document: "services:\n  - key: shop\n", skippable: false }], dryRun: true },
    ]);
    expect(authorization).toBe("Bearer a-token");
  });

  test("ends with 0 where nothing would change", async () => {
    expect(await run(["plan", "-f", "shop.yaml"])).toEqual({ code: 0, out: "no changes\n", err: "" });
  });

  test("ends with 1 where the descriptor has errors, and shows them on standard error", async () => {
    report({ changes: 3, errors: ["shop.yaml:2:5: no such key"], plan: ["+ x"], skipped: [] });
    expect(await run(["plan", "-f", "shop.yaml"])).toEqual({ code: 1, out: "", err: "shop.yaml:2:5: no such key\n" });
  });
});

describe("cadastre apply", () => {
  test("applies and says what was changed", async () => {
    report(TWO_CHANGES);
    const { code, out } = await run(["apply", "-f", "shop.yaml", "--source", "shop", "--format", "backstage"]);
    expect({ code, out }).toEqual({ code: 0, out: "+ service shop\n~ entity customer: name\nshop: 2 applied\n" });
    expect(sent()).toMatchObject([{ source: "shop", format: "BACKSTAGE", dryRun: false }]);
  });

  test("reads standard input", async () => {
    expect((await run(["apply", "-f", "-"], "a: 1\n")).code).toBe(0);
    expect(sent()).toMatchObject([{ source: "stdin", files: [{ path: "stdin", document: "a: 1\n" }] }]);
  });

  test("takes each file as a source of its own, and stops at the first with errors", async () => {
    await run(["apply", "-f", "shop.yaml", "-f", "many/c.yml"]);
    expect(sent().map(({ source }) => source)).toEqual(["shop.yaml", "many/c.yml"]);
    report({ changes: 0, errors: ["bad"], plan: null, skipped: [] });
    expect((await run(["apply", "shop.yaml", "many/c.yml"])).code).toBe(1);
    expect(sent()).toHaveLength(3);
  });

  test("takes a directory as one source: its YAML and JSON files in the order of their names, none of node_modules", async () => {
    await run(["apply", "-f", join(folder, "many")]);
    const [only, ...others] = sent();
    expect(others).toEqual([]);
    expect(only!.source).toBe("many");
    expect(only!.files).toEqual([
      { path: "many/a.yaml", document: "a: 1\na2: 2", skippable: true },
      { path: "many/b.yaml", document: "---\nb: 1\n", skippable: true },
      { path: "many/c.yml", document: "c: 1\n", skippable: true },
      { path: "many/deep/d.json", document: "{}", skippable: true },
    ]);
  });

  test("takes a pattern as one source of all that matches, and refuses one that matches nothing", async () => {
    await run(["apply", "-f", "many/*.yaml"]);
    expect(sent().map(({ source, files }) => [source, files.map(({ path }) => path)])).toEqual([["many/*.yaml", ["many/a.yaml", "many/b.yaml"]]]);
    expect(await run(["apply", "-f", "none/*.yaml"])).toMatchObject({ code: 1, err: expect.stringContaining("none/*.yaml: no descriptors there") as string });
  });

  test("refuses a file that is not UTF-8, with its line, and sends nothing", async () => {
    writeFileSync(join(folder, "latin.yaml"), Buffer.from("services:\n  - key: caf\u00e9\n", "latin1"));
    expect(await run(["apply", "-f", "latin.yaml"])).toMatchObject({ code: 1, err: "cadastre apply: latin.yaml:2: not UTF-8\n" });
    expect(sent()).toEqual([]);
  });

  test("shows the errors as they come, and names the files that are no descriptors", async () => {
    report({ changes: 0, errors: ["many/a.yaml:2:1: one"], plan: [], skipped: ["many/c.yml"] });
    const { code, err } = await run(["apply", "-f", "many"]);
    expect(code).toBe(1);
    expect(err).toBe("many/a.yaml:2:1: one\nmany/c.yml: skipped, no descriptor\n");
  });
});

describe("plan and apply", () => {
  test.each([
    ["the server refuses", { body: { errors: [{ message: "your roles do not grant it", extensions: { code: "FORBIDDEN" } }] } }, 1, "FORBIDDEN: your roles do not grant it"],
    ["the server does not know the caller", { status: 401, body: { errors: [{ message: "send a token", extensions: { code: "UNAUTHENTICATED" } }] } }, 1, "UNAUTHENTICATED"],
    ["the answer is no GraphQL", { status: 200, body: "<html>" }, 1, "is CADASTRE_URL a Cadastre?"],
    ["a gateway has no server behind it", { status: 503, body: "" }, 69, "HTTP 503"],
  ])("where %s, say so and end with its code", async (_what, given, code, message) => {
    answer = given;
    const ended = await run(["plan", "-f", "shop.yaml"]);
    expect(ended).toMatchObject({ code, out: "" });
    expect(ended.err).toContain(message);
  });

  test("end with 69 where nobody listens", async () => {
    const gone = await openGraphqlDoor(() => ({ body: "" }));
    await gone.close();
    const { code, err } = await runCadastre(["plan", "-f", "shop.yaml"], { cwd: folder, env: { CADASTRE_URL: gone.url } });
    expect(code).toBe(69);
    expect(err).toContain("ECONNREFUSED");
  });

  test.each([
    ["no file", ["plan"]],
    ["an unknown format", ["apply", "-f", "shop.yaml", "--format", "xml"]],
    ["a flag without its value", ["apply", "-f"]],
  ])("end with 64 for %s", async (_what, args) => {
    expect((await run(args)).code).toBe(64);
  });

  test("end with 64 for a CADASTRE_URL that is none, and with 1 for a file that is not there", async () => {
    expect((await runCadastre(["plan", "-f", "shop.yaml"], { cwd: folder, env: { CADASTRE_URL: "cadastre" } })).code).toBe(64);
    expect((await run(["plan", "-f", "none.yaml"])).code).toBe(1);
  });
});
