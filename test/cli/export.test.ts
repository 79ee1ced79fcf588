import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GraphqlDoor, openGraphqlDoor } from "./graphql-door";
import { runCadastre } from "./run-cadastre";

const FILES = [
  { path: "register.yaml", document: "services: []\n" },
  { path: "datasets-1.yaml", document: "datasets: []\n" },
];

let door: GraphqlDoor;
const folder = mkdtempSync(join(tmpdir(), "cadastre-export-"));
beforeAll(async () => (door = await openGraphqlDoor(() => ({ body: { data: { exportDescriptors: FILES } } }))));
afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => void (door.asked.length = 0));

const run = (args: string[]) => runCadastre(["export", ...args], { cwd: folder, env: { CADASTRE_URL: door.url, CADASTRE_TOKEN: "t" } });

test("everything in use comes as one YAML stream", async () => {
  expect(await run([])).toEqual({ code: 0, out: "services: []\n---\ndatasets: []\n", err: "" });
  expect(door.asked[0]!.variables).toEqual({ format: "CADASTRE" });
});

test("a source's part goes into the files of a directory", async () => {
  expect((await run(["--source", "shop", "--format", "odcs", "-o", "out/deep"])).code).toBe(0);
  expect(door.asked[0]!.variables).toEqual({ format: "ODCS", source: "shop" });
  expect(readdirSync(join(folder, "out/deep")).sort()).toEqual(["datasets-1.yaml", "register.yaml"]);
  expect(readFileSync(join(folder, "out/deep/register.yaml"), "utf8")).toBe("services: []\n");
});

test("a format that is not written ends with 64", async () => {
  expect((await run(["--format", "dbt"])).code).toBe(64);
});
