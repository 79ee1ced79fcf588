import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createToken } from "../../src/access";
import { importDescriptors } from "../../src/catalog/use-cases/import-descriptors";
import { registerService } from "../../src/catalog/use-cases/register-service";
import type { Deps } from "../../src/platform/deps";
import { runCadastre } from "../cli/run-cadastre";
import { startServer, type TestServer } from "../support/server";
import { setup, type World } from "../support/setup";
import { Office, RunningService } from "./shop-world";

// The command, the server and the company's own processes, as a service owner puts them together.

let world: World;
let server: TestServer;
let token: string;
beforeAll(async () => {
  world = await setup({ config: { CADASTRE_OUTBOUND_ALLOW: "127.0.0.0/8" } });
  world.clock.set(new Date(Date.now()));
  const config = { ...world.deps.config, get publicUrl(): string { return server.url; } };
  const deps: Deps = { ...world.deps, config };
  server = await startServer({ deps });
  const document = readFileSync(join(__dirname, "../../examples/shop/cadastre.yaml"), "utf8");
  expect(await importDescriptors(deps, { actor: "test", source: "shop", format: "CADASTRE", document, dryRun: false })).toMatchObject({ errors: [] });
  token = (await createToken(deps, { principal: "edda", roles: ["editor"], actor: "test" })).token;
});
afterAll(async () => {
  await server.close();
  await world.close();
});

// One that answers at once, one that erases later; `shop.test.ts` examines all six.
test.each(["orders", "support"])("cadastre conformance passes %s", async (key) => {
  const { token: own } = await createToken(world.deps, { principal: key, roles: ["service"], service: key, actor: "test" });
  const cadastre = Object.assign(new Office(), { url: server.url });
  const service = await RunningService.start(key, cadastre, { CADASTRE_TOKEN: own });
  try {
    const endpointUrl = `${service.url}/cadastre`;
    await registerService(world.deps, { actor: "test", key, name: key, endpointUrl });
    const { code, out } = await runCadastre(["conformance", endpointUrl], { env: { CADASTRE_URL: server.url, CADASTRE_TOKEN: token } });
    expect(out.split("\n").filter((line) => line.startsWith("FAIL"))).toEqual([]);
    expect({ code, last: out.trimEnd().split("\n").at(-1) }).toEqual({ code: 0, last: `service:${key} passed: 26 checks` });
  } finally {
    await service.stop();
  }
});
