import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { authenticate, permissionsOf } from "../../src/access";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

const AUDIENCE = "cadastre";

/** A real OpenID provider: discovery document and key set over HTTP. */
class Issuer {
  private constructor(
    private readonly server: Server,
    readonly url: string,
    readonly privateKey: CryptoKey,
    readonly asked: string[],
  ) {}

  static async start(answer: { discovery?: object; status?: number } = {}): Promise<Issuer> {
    const { privateKey, publicKey } = await generateKeyPair("ES256");
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const isDiscovery = request.url === "/.well-known/openid-configuration";
      const discovery = { issuer, jwks_uri: `${issuer}/keys`, ...answer.discovery };
      response.writeHead(isDiscovery ? (answer.status ?? 200) : 200, { "content-type": "application/json" });
      void exportJWK(publicKey).then((jwk) => response.end(JSON.stringify(isDiscovery ? discovery : { keys: [{ ...jwk, kid: "k1", alg: "ES256" }] })));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Issuer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, privateKey, asked);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

let world: World;
let issuer: Issuer;
beforeAll(async () => {
  issuer = await Issuer.start();
  world = await setup({ config: { CADASTRE_OIDC_ISSUER: issuer.url, CADASTRE_OIDC_AUDIENCE: AUDIENCE } });
});
afterAll(async () => {
  issuer.stop();
  await world.close();
});

const seconds = (minutes: number): number => Math.floor(world.clock.now().getTime() / 1000) + minutes * 60;
const sign = (claims: JWTPayload = {}, key: CryptoKey = issuer.privateKey): Promise<string> =>
  new SignJWT({ iss: issuer.url, aud: AUDIENCE, sub: "ada", exp: seconds(10), roles: ["editor"], ...claims })
    .setProtectedHeader({ alg: "ES256", kid: "k1" })
    .sign(key);
const enter = async (token: string | Promise<string>) => authenticate(world.deps, `Bearer ${await token}`);

describe("a JWT of the issuer", () => {
  test("makes its subject the caller, with the roles of its claim", async () => {
    expect(await enter(sign())).toEqual({ principal: "ada", permissions: permissionsOf(["editor"]) });
  });

  test("grants nothing by names of no role, by a claim that is no list, and never the role service", async () => {
    expect((await enter(sign({ roles: ["root", 7, "service"] }))).permissions.size).toBe(0);
    expect((await enter(sign({ roles: "admin" }))).permissions.size).toBe(0);
    expect((await enter(sign({ roles: undefined }))).permissions.size).toBe(0);
  });

  test("ends with its expiry by our clock, although it was known a moment before", async () => {
    const token = await sign({ exp: seconds(5) });
    world.clock.advance("PT4M59S");
    expect((await enter(token)).principal).toBe("ada");
    world.clock.advance("PT1S");
    await expect(enter(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("costs no statement and no question to the issuer when it comes again at once", async () => {
    const token = await sign();
    const { deps, statements } = countStatements(world.deps);
    await authenticate(deps, `Bearer ${token}`);
    const asked = issuer.asked.length;
    await authenticate(deps, `Bearer ${token}`);
    expect(statements).toEqual(["findTokenByHash"]);
    expect(issuer.asked).toHaveLength(asked);
    expect(issuer.asked.filter((url) => url === "/keys")).toHaveLength(1);
  });

  test.each<[string, () => Promise<string>]>([
    ["for another audience", () => sign({ aud: "another" })],
    ["of another issuer", () => sign({ iss: "https://issuer.example" })],
    ["that has expired", () => sign({ exp: seconds(-1) })],
    ["that is not valid yet", () => sign({ nbf: seconds(5) })],
    ["without an end", () => sign({ exp: undefined })],
    ["without a subject", () => sign({ sub: undefined })],
    ["with a control character in its subject", () => sign({ sub: "a\u0000b" })],
    ["signed by a stranger", async () => sign({}, (await generateKeyPair("ES256")).privateKey)],
    ["that is not signed", () => Promise.resolve(new UnsecuredJWT({ iss: issuer.url, aud: AUDIENCE, sub: "eve", exp: seconds(5) }).encode())],
    ["signed with a shared secret", () => new SignJWT({ iss: issuer.url, aud: AUDIENCE, sub: "eve", exp: seconds(5) }).setProtectedHeader({ alg: "HS256" }).sign(new Uint8Array(32))],
    ["whose claims were altered", async () => {
      const [header, , signature] = (await sign()).split(".");
      return [header, Buffer.from(JSON.stringify({ sub: "eve" })).toString("base64url"), signature].join(".");
    }],
    ["that only looks like one", () => Promise.resolve("a.b.c")],
  ])("is refused: one %s", async (_what, token) => {
    await expect(enter(token())).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});

describe("an issuer", () => {
  const worldOf = async (url: string): Promise<World> => setup({ config: { CADASTRE_OIDC_ISSUER: url, CADASTRE_OIDC_AUDIENCE: AUDIENCE } });

  test.each<[string, { discovery?: object; status?: number }]>([
    ["that is broken", { status: 500 }],
    ["that calls itself otherwise", { discovery: { issuer: "https://issuer.example" } }],
    ["that names no keys", { discovery: { jwks_uri: undefined } }],
  ])("%s is no fault of the caller: the error is ours, and it is asked again", async (_what, answer) => {
    const broken = await Issuer.start(answer);
    const other = await worldOf(broken.url);
    try {
      for (const times of [1, 2]) {
        await expect(authenticate(other.deps, `Bearer ${await sign()}`)).rejects.toThrow(/^CADASTRE_OIDC_ISSUER/);
        expect(broken.asked).toHaveLength(times);
      }
    } finally {
      broken.stop();
      await other.close();
    }
  });
});
