import { createToken } from "../../src/access";
import { columnLineage, runEvent, withFacets } from "../lineage/acceptance/events";
import { idOf, type LineageWorld, lineageWorld } from "../lineage/acceptance/lineage-world";
import { runCadastre } from "./run-cadastre";

const at = (name: string) => ({ namespace: "postgres://db:5432", name });
const [orders, staged, mart, hashed] = [at("orders"), at("stage.orders"), at("mart.orders"), at("mart.\u001b[2J\u202e\"x")] as const;

let world: LineageWorld;
let env: { CADASTRE_URL: string; CADASTRE_TOKEN: string };
const lineage = (...args: string[]) => runCadastre(["lineage", ...args], { env });
const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join("");

beforeAll(async () => {
  world = await lineageWorld();
  const { token } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" });
  env = { CADASTRE_URL: world.server.url, CADASTRE_TOKEN: token };
  await world.sendAll([
    runEvent({ job: "stage", at: "2026-02-01T00:00:00Z", inputs: [orders], outputs: [staged] }),
    runEvent({ job: "publish", at: "2026-02-02T00:00:00Z", inputs: [staged], outputs: [mart] }),
    runEvent({ job: "hash", at: "2026-02-03T00:00:00Z", inputs: [staged], outputs: [withFacets(hashed, columnLineage({ key: [[staged, "email", true]] }))] }),
  ]);
});
afterAll(() => world.close());

describe("cadastre lineage", () => {
  test("prints what a dataset flows into as a tree, with its jobs and what is masked", async () => {
    expect(await lineage(idOf(orders))).toEqual({
      code: 0,
      err: "",
      out: lines(
        idOf(orders),
        `└─ ${idOf(staged)} by job:airflow:stage`,
        `   ├─ ${idOf(mart)} by job:airflow:publish`,
        `   └─ ${idOf(hashed)} "mart.\\u{1b}[2J\\u{202e}"x" [masked] by job:airflow:hash`,
      ),
    });
  });

  test("goes up, both ways, and with jobs as nodes", async () => {
    expect((await lineage(idOf(mart), "--up")).out).toBe(lines(idOf(mart), `└─ ${idOf(staged)} by job:airflow:publish`, `   └─ ${idOf(orders)} by job:airflow:stage`));
    expect((await lineage(idOf(staged), "--both")).out).toMatch(/^upstream:\n.*stage\.orders\n└─ .*:orders .*\ndownstream:\n/);
    expect((await lineage(idOf(orders), "--jobs", "--depth", "2")).out).toBe(lines(idOf(orders), "└─ job:airflow:stage", `   └─ ${idOf(staged)} …`));
  });

  test.each([[["--depth", "1"]], [["--first", "1"]]])("says on standard error that %j cut something, and marks where", async (args) => {
    const { code, out, err } = await lineage(idOf(orders), ...args);
    expect({ code, out }).toEqual({ code: 0, out: lines(idOf(orders), `└─ ${idOf(staged)} by job:airflow:stage …`) });
    expect(err).toBe("cut at 1 node: raise --depth or --first to see more\n");
  });

  test("shows the past, and fields", async () => {
    expect((await lineage(idOf(orders), "--as-of", "2026-02-01T12:00:00Z")).out).toBe(lines(idOf(orders), `└─ ${idOf(staged)} by job:airflow:stage`));
    expect((await lineage(`${idOf(staged)}#email`, "--level", "field")).out).toContain(`└─ ${idOf(hashed)}#key "mart.`);
  });

  test("prints JSON, DOT and Mermaid, whatever the names are", async () => {
    const { nodes, edges, truncatedAt } = JSON.parse((await lineage(idOf(orders), "--format", "json")).out) as Record<string, unknown[]>;
    expect([nodes?.length, edges?.length, truncatedAt]).toEqual([4, 3, []]);
    const dot = await lineage(idOf(orders), "--format", "dot");
    expect(dot.out).toMatch(/^digraph lineage \{\n[^]*\n\}\n$/);
    expect(dot.out).toContain('label="postgres://db:5432 mart.\\\\u{1b}[2J\\\\u{202e}\\"x"');
    const mermaid = await lineage(idOf(orders), "--format", "mermaid");
    expect(mermaid.out).toMatch(/^flowchart LR\n/);
    expect(mermaid.out).toContain('-.->|"airflow hash"|');
    for (const { out } of [dot, mermaid]) expect(out).not.toMatch(/[^\n\P{C}]/u);
  });

  test("ends with 64 for a wrong call, and with 1 for what the server refuses", async () => {
    const wrong = [[], ["a", "b"], ["a", "--down", "--up"], ["a", "--depth", "deep"], ["a", "--first", "-1"], ["a", "--level", "team"], ["a", "--format", "constructor"]];
    for (const args of wrong) expect(await lineage(...args)).toMatchObject({ code: 64, out: "" });
    expect(await lineage("dataset:no:such")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("NOT_FOUND") as string });
    expect(await lineage("nonsense")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("BAD_USER_INPUT") as string });
    expect(await lineage(idOf(orders), "--as-of", "yesterday")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("BAD_USER_INPUT") as string });
  });

  test("ends with 69 where no server is", async () => {
    expect(await runCadastre(["lineage", idOf(orders)], { env: { CADASTRE_URL: "http://127.0.0.1:1" } })).toMatchObject({ code: 69, out: "" });
  });
});
