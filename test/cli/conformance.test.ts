import { createToken } from "../../src/access";
import { findServices } from "../../src/catalog";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { generateSigningKey, notFound } from "../../src/participant";
import { type Company, createCompany, NAMESPACE } from "../erasure/support/company";
import { startServer, type TestServer } from "../support/server";
import { runCadastre } from "./run-cadastre";

// Against a real server and real participants; `test/dispatch/check-endpoint.test.ts` says what is examined.

let company: Company;
let server: TestServer;
let token: string;
beforeAll(async () => {
  company = await createCompany();
  const { deps } = company.world;
  server = await startServer(company.world);
  token = (await createToken(deps, { principal: "edda", roles: ["editor"], actor: "test" })).token;
  await company.service("shop", ["discover", "erase", "verify", "plant", "recall"], { customers: { identifierTypes: ["email"], rows: [] } });
  const blind = { identifierTypes: ["email"], rows: [], handlers: { verify: () => notFound() } };
  await company.service("blind", ["erase", "verify", "plant"], { accounts: blind });
  for (const key of ["twin", "double"]) {
    await registerService(deps, { actor: "edda", key, name: key, endpointUrl: "http://127.0.0.1:9/twins", publicKey: generateSigningKey().publicKey });
  }
  await registerService(deps, { actor: "edda", key: "keyless", name: "keyless", endpointUrl: "http://127.0.0.1:9/keyless" });
});
afterAll(async () => {
  await server.close();
  await company.close();
});

const run = (...args: string[]) => runCadastre(["conformance", ...args], { env: { CADASTRE_URL: server.url, CADASTRE_TOKEN: token } });
const urlOf = async (key: string): Promise<string> => (await findServices(company.world.deps.db, [key])).get(key)!.endpointUrl!;

test("prints a line for each check of an honest endpoint, what could not be shown with it, and ends with 0", async () => {
  const { code, out, err } = await run(await urlOf("shop"));
  const lines = out.trimEnd().split("\n");
  expect({ code, err, last: lines.pop() }).toEqual({ code: 0, err: "", last: `service:shop passed: ${lines.length} checks` });
  expect(lines.filter((line) => !line.startsWith("ok   "))).toEqual([]);
  expect(lines).toContain("ok   a planted sentinel is FOUND, erased, then NOT_FOUND");
  expect(lines).toContain("ok   permit: what is not permitted is not erased (nothing to permit: orders to erase are answered at once)");
});

test("prints what an endpoint does wrong, and ends with 1", async () => {
  const { code, out } = await run(await urlOf("blind"), "--service", "blind");
  const lines = out.trimEnd().split("\n");
  const fault = `verify: expected FOUND of a sentinel that was planted: ${NAMESPACE} accounts answered NOT_FOUND`;
  expect(lines).toContain(`FAIL a planted sentinel is FOUND, erased, then NOT_FOUND: ${fault}`);
  expect({ code, last: lines.at(-1) }).toEqual({ code: 1, last: expect.stringMatching(/^service:blind failed: \d+ of \d+ checks$/) as string });
});

test("asks which service is meant where several are registered with the URL", async () => {
  const { code, out, err } = await run("http://127.0.0.1:9/twins");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toContain("name one with --service (double, twin)");
  expect((await run("http://127.0.0.1:9/twins", "--service", "twin")).out).toContain("service:twin failed: 1 of 1 checks");
});

test("says how to register an endpoint that is none, or not of that service", async () => {
  for (const args of [["http://127.0.0.1:9/nobody"], ["http://127.0.0.1:9/twins", "--service", "shop"]]) {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/not? .*registered with .*endpointUrl.*publicKey.*cadastre apply/);
  }
});

test("passes a refusal of the server on", async () => {
  const { code, err } = await run("http://127.0.0.1:9/keyless");
  expect(code).toBe(1);
  expect(err).toContain("PRECONDITION_FAILED: the service cannot be examined: it has no public key");
});

test.each([[[]], [["no-url"]], [["http://127.0.0.1:9/", "http://127.0.0.1:9/more"]], [["http://127.0.0.1:9/", "--service"]]])("ends with 64 for %p", async (args) => {
  const { code, err } = await run(...args);
  expect(code).toBe(64);
  expect(err).toContain("usage: cadastre conformance URL [--service K]");
});

test("ends with 69 where nobody serves", async () => {
  const { code } = await runCadastre(["conformance", "http://127.0.0.1:9/"], { env: { CADASTRE_URL: "http://127.0.0.1:9", CADASTRE_TOKEN: token } });
  expect(code).toBe(69);
});
