import { createHash } from "node:crypto";
import { authenticate, createToken, type CreateToken, permissionsOf, revokeToken } from "../../src/access";
import { listTokens } from "../../src/access/storage/token-queries";
import { createReader } from "../../src/platform/database/transaction";
import { createDataSource } from "../../src/platform/database/data-source";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

let world: World;
beforeAll(async () => void (world = await setup()));
afterAll(() => world.close());

const create = (command: Partial<CreateToken> = {}) =>
  createToken(world.deps, { actor: "admin", principal: "ada", roles: ["reader"], ...command });
const enter = (token: string) => authenticate(world.deps, `Bearer ${token}`);
const entriesOf = (object: string) =>
  world.deps.db.query<{ action: string; actor: string }>("testTokenEntries", "select action, actor from audit_entry_facts where object = $1 order by at, id", [object]);

describe("a token", () => {
  test("makes its holder known, with its id and the permissions of its roles", async () => {
    const { id, token } = await create({ principal: "bob", roles: ["reader", "auditor"] });
    expect(await enter(token)).toEqual({ principal: "bob", permissions: permissionsOf(["reader", "auditor"]), service: undefined, token: id });
  });

  test("of a service names that service", async () => {
    const { token } = await create({ principal: "orders", roles: ["service"], service: "orders" });
    expect((await enter(token)).service).toBe("orders");
  });

  test("has 256 random bits and is kept as a hash only", async () => {
    const { id, token } = await create();
    expect(token).toMatch(/^cad_[A-Za-z0-9_-]{43}$/);
    const [row] = await world.deps.db.query<{ text: string; token_hash: Buffer }>("testTokenRow", "select t::text as text, token_hash from tokens t where id = $1", [id]);
    expect(row!.token_hash).toEqual(createHash("sha256").update(token).digest());
    expect(row!.text).not.toContain(token.slice(4));
  });

  test("has an audit entry of its making and of its end, without its secret", async () => {
    const { id, token } = await create({ actor: "root" });
    world.clock.advance("PT1M");
    await revokeToken(world.deps, { id, actor: "other" });
    expect(await entriesOf(id)).toEqual([{ action: "access.create-token", actor: "root" }, { action: "access.revoke-token", actor: "other" }]);
    const secrets = await world.deps.db.query("testSecrets", "select from audit_inbox where position($1::bytea in entry) > 0", [Buffer.from(token.slice(4))]);
    expect(secrets).toEqual([]);
  });

  test("ends at its time to the millisecond, although its holder was known a moment before", async () => {
    const { token } = await create({ expiresIn: "PT1H" });
    world.clock.advance("PT59M59.999S");
    expect((await enter(token)).principal).toBe("ada");
    world.clock.advance("PT0.001S");
    await expect(enter(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("without an end is valid for years", async () => {
    const { token, expiresAt } = await create();
    const now = world.clock.now();
    world.clock.advance("P20Y");
    expect(expiresAt).toBeNull();
    expect((await enter(token)).principal).toBe("ada");
    world.clock.set(now);
  });

  test("is refused from the moment of its revocation; revoking it again changes nothing", async () => {
    const { id, token } = await create();
    await enter(token);
    const { revokedAt } = await revokeToken(world.deps, { id, actor: "admin" });
    expect(revokedAt).toEqual(world.clock.now());
    await expect(enter(token)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    world.clock.advance("PT1M");
    expect((await revokeToken(world.deps, { id, actor: "admin" })).revokedAt).toEqual(revokedAt);
    expect(await entriesOf(id)).toHaveLength(2);
  });

  test("revoked in another process is refused soon", async () => {
    const { id, token } = await create();
    const source = await createDataSource(world.databaseUrl, { poolSize: 2, rows: [] }).initialize();
    try {
      const other = { ...world.deps, db: createReader(source, world.deps) };
      await authenticate(other, `Bearer ${token}`);
      await revokeToken(world.deps, { id, actor: "admin" });
      await waitFor(() => authenticate(other, `Bearer ${token}`).then(() => false, () => true), { deadlineMs: 5_000 });
    } finally {
      await source.destroy();
    }
  });

  test("costs no statement when it comes again at once", async () => {
    const { token } = await create();
    const { deps, statements } = countStatements(world.deps);
    await authenticate(deps, `Bearer ${token}`);
    expect(statements).toEqual(["findTokenByHash", "markTokenUsed"]);
    await authenticate(deps, `bearer  ${token}`);
    expect(statements).toHaveLength(2);
  });

  test("shows when it was last used, to the hour", async () => {
    const { id, token } = await create();
    const used = world.clock.now();
    const lastUsedAt = async () => (await listTokens(world.deps.db, { first: 100 })).edges.find(({ node }) => node.id === id)!.node.lastUsedAt;
    expect(await lastUsedAt()).toBeNull();
    const enterAnew = () => authenticate(countStatements(world.deps).deps, `Bearer ${token}`);
    await enterAnew();
    world.clock.advance("PT59M");
    await enterAnew();
    expect(await lastUsedAt()).toEqual(used);
    world.clock.advance("PT1M");
    await enterAnew();
    expect(await lastUsedAt()).toEqual(world.clock.now());
  });
});

describe("making a token is refused", () => {
  test.each<[string, Partial<CreateToken>]>([
    ["without a role", { roles: [] }],
    ["with an unknown role", { roles: ["reader", "root"] }],
    ["with the role service and no service", { roles: ["service"] }],
    ["for a malformed service", { service: "Orders!" }],
    ["for an empty principal", { principal: "" }],
    ["for a principal with control characters", { principal: "a\u0000b" }],
    ["with an end that has passed", { expiresAt: new Date(0) }],
    ["with a life of no time", { expiresIn: "PT0S" }],
    ["with two ends", { expiresAt: new Date("2099-01-01T00:00:00Z"), expiresIn: "P1D" }],
  ])("%s", async (_what, command) => {
    const count = () => world.deps.db.query("testTokenCount", "select count(*) from tokens");
    const before = await count();
    await expect(create(command)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(await count()).toEqual(before);
  });
});

test.each([
  ["nothing", undefined],
  ["an empty header", ""],
  ["another scheme", "Basic YWRtaW46YWRtaW4="],
  ["no token", "Bearer "],
  ["an unknown token", `Bearer cad_${"A".repeat(43)}`],
  ["two tokens", "Bearer a b"],
  ["a JWT, where no issuer is configured", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUifQ.AA"],
])("who sends %s is nobody", async (_what, header) => {
  await expect(authenticate(world.deps, header)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

test.each(["01992f00-0000-7000-8000-000000000001", "no id"])("a token of the id %s cannot be revoked: there is none", async (id) => {
  await expect(revokeToken(world.deps, { id, actor: "admin" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(await entriesOf(id)).toEqual([]);
});

test("tokens are listed newest first, page by page, each once", async () => {
  for (let n = 0; n < 3; n += 1) {
    world.clock.advance("PT1S");
    await create({ principal: `listed ${n}` });
  }
  const seen: string[] = [];
  for (let after: string | null | undefined; ; ) {
    const page = await listTokens(world.deps.db, { first: 2, after });
    seen.push(...page.edges.map(({ node }) => node.principal));
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) break;
  }
  expect(seen.slice(0, 3)).toEqual(["listed 2", "listed 1", "listed 0"]);
  const [count] = await world.deps.db.query<{ n: number }>("testAllTokens", "select count(*)::int as n from tokens");
  expect(seen).toHaveLength(count!.n);
});
