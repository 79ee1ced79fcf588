import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { parseSigningKey, signMessage, type OrderKind } from "../../src/protocol";
import { accessWorld, readLog } from "../audit/support/access-world";
import { Office } from "./office";

const ROOT = join(__dirname, "../..");
const guide = readFileSync(join(ROOT, "docs/participant-guide.md"), "utf8");
const office = new Office();
const folder = mkdtempSync(join(tmpdir(), "guide-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await office.close();
});

function block(containing: string): string {
  const code = [...guide.matchAll(/```(?:js|ts)\n([\s\S]*?)```/g)].map((match) => match[1]!).find((each) => each.includes(containing));
  if (!code) throw new Error(`the guide prints no code with ${containing}`);
  return code;
}

it("the endpoint printed in the guide has at most forty lines of code and does what it says", async () => {
  const code = block("createServer(toNodeHandler");
  expect(code.split("\n").filter((line) => line.trim() && !/^\s*\/[/*]/.test(line)).length).toBeLessThanOrEqual(40);
  const file = join(folder, "carts.cjs");
  writeFileSync(file, code.replace('"cadastre/participant"', JSON.stringify(join(ROOT, "src/participant"))));
  const cadastre = await office.listen((_, response) => {
    response.end(JSON.stringify({ keys: [{ id: "k", key: office.key.publicKey, from: "2026-01-01T00:00:00Z", to: null }] }));
  });

  const service = spawn(process.execPath, ["--require", join(ROOT, "scripts/swc-register.cjs"), file], {
    env: { ...process.env, PORT: "0", SERVICE_KEY: office.serviceKey.privateKey, CADASTRE_URL: cadastre.replace(/\/$/, "") },
  });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      service.stdout.on("data", (chunk: Buffer) => resolve(/listening on (\d+)/.exec(chunk.toString())?.[1] ?? ""));
      service.once("exit", (code) => reject(new Error(`the service ended with ${code}`)));
    });
    // The service runs by the real clock.
    office.clock.set(new Date(Date.now()));
    const datasets = [{ namespace: "memory://carts", name: "carts" }];
    const send = (kind: OrderKind, dryRun = false): Promise<string[]> =>
      office.outcomes(`http://127.0.0.1:${port}/`, office.order({ kind, dryRun, datasets, audience: "service:carts" }));
    expect([
      await send("discover"), await send("erase", true), await send("verify"), await send("erase"), await send("verify"),
      await send("plant"), await send("verify"), await send("erase"), await send("verify"),
    ].flat()).toEqual(["FOUND 1", "ERASED 1", "FOUND 1", "ERASED 1", "NOT_FOUND 0", "DONE 1", "FOUND 1", "ERASED 1", "NOT_FOUND 0"]);
  } finally {
    service.kill();
  }
});

it("the service printed in the guide reports each access, denied ones too, and what is left when it ends", async () => {
  const file = join(folder, "audited-carts.cjs");
  writeFileSync(file, block("withAccessAudit(audit").replace('"cadastre/participant"', JSON.stringify(join(ROOT, "src/participant"))));
  const world = await accessWorld();
  const env = { ...process.env, PORT: "0", CADASTRE_URL: world.server.url, CADASTRE_TOKEN: await world.tokenOf("carts") };
  // It runs by the real clock.
  world.clock.set(new Date(Date.now()));
  const service = spawn(process.execPath, ["--require", join(ROOT, "scripts/swc-register.cjs"), file], { env });
  try {
    const port = await new Promise<string>((resolve, reject) => {
      service.stdout.on("data", (chunk: Buffer) => resolve(/listening on (\d+)/.exec(chunk.toString())?.[1] ?? ""));
      service.once("exit", (code) => reject(new Error(`the service ended with ${code}`)));
    });
    const read = async (agent: string) => (await fetch(`http://127.0.0.1:${port}/?agent=${agent}&email=ada@example.org`)).status;
    expect([await read("agent-1"), await read("thief")]).toEqual([200, 403]);
    service.kill("SIGTERM");
    await once(service, "exit");
    const members = { action: "access.data", object: "dataset:memory%3A%2F%2Fcarts:carts", source: "service:carts" };
    expect((await readLog(world.deps)).map(({ entry }) => entry)).toMatchObject([{ ...members, actor: "agent-1", outcome: "ok" }, { ...members, actor: "thief", outcome: "denied" }]);
  } finally {
    service.kill();
    await world.close();
  }
});

it("the order store printed in the guide is the one that is tested", () => {
  const tested = /class PostgresOrderStore[\s\S]*?\n}\n/.exec(readFileSync(join(__dirname, "order-store.test.ts"), "utf8"))?.[0];
  expect(block("class PostgresOrderStore")).toBe(tested);
});

it("the check by hand printed in the guide knows our signatures from others", () => {
  const isSigned = runInNewContext(`${block("function isSigned")}; isSigned`, { require, Buffer }) as (
    headers: Record<string, string>, body: Buffer, whpk: string, now: number,
  ) => boolean;
  const at = new Date("2026-03-02T09:00:00Z");
  const body = Buffer.from('{"orderId":"order-1"}');
  const headers = signMessage("order-1", at, body, [parseSigningKey(office.key.privateKey)]);
  const accepts = (change: Record<string, string>, now = at.getTime(), key = office.key.publicKey): boolean => isSigned({ ...headers, ...change }, body, key, now);
  expect(accepts({})).toBe(true);
  expect(accepts({ "webhook-id": "order-2" })).toBe(false);
  expect(accepts({}, at.getTime() + 301_000)).toBe(false);
  expect(accepts({ "webhook-timestamp": "soon" })).toBe(false);
  expect(accepts({}, at.getTime(), office.serviceKey.publicKey)).toBe(false);
});
