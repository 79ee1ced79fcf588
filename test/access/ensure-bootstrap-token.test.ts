import { authenticate, createToken, ensureBootstrapToken, permissionsOf, revokeToken } from "../../src/access";
import { setup, type World } from "../support/setup";

const worlds: World[] = [];
const newWorld = async (config?: Record<string, string>): Promise<World> => {
  const world = await setup({ config });
  worlds.push(world);
  return world;
};
afterAll(() => Promise.all(worlds.map((world) => world.close())));

const countTokens = async ({ deps }: World): Promise<{ tokens: number; entries: number }> => {
  const [row] = await deps.db.query<{ tokens: number; entries: number }>(
    "testBootstrapCount",
    "select (select count(*)::int from tokens) as tokens, (select count(*)::int from audit_entry_facts) as entries",
  );
  return row!;
};

describe("the first start", () => {
  test("makes one token, of the principal bootstrap with the role admin, however many processes start at once", async () => {
    const world = await newWorld();
    const printed = await Promise.all(Array.from({ length: 5 }, () => ensureBootstrapToken(world.deps)));
    const [token, ...others] = printed.filter((text) => text !== undefined);
    expect(others).toEqual([]);
    expect(await authenticate(world.deps, `Bearer ${token}`)).toMatchObject({ principal: "bootstrap", permissions: permissionsOf(["admin"]) });
    expect(await countTokens(world)).toEqual({ tokens: 1, entries: 1 });
  });

  test("is over once any token exists: later starts make none and print none", async () => {
    const world = await newWorld();
    await createToken(world.deps, { actor: "test", principal: "ada", roles: ["admin"] });
    expect(await ensureBootstrapToken(world.deps)).toBeUndefined();
    expect((await countTokens(world)).tokens).toBe(1);
  });
});

describe("the token of CADASTRE_BOOTSTRAP_TOKEN", () => {
  const GIVEN = "a-secret.of-the.operator";

  test("works after any number of starts, also where other tokens exist, and is never printed", async () => {
    const world = await newWorld({ CADASTRE_BOOTSTRAP_TOKEN: GIVEN });
    await createToken(world.deps, { actor: "test", principal: "ada", roles: ["reader"] });
    const printed = await Promise.all(Array.from({ length: 5 }, () => ensureBootstrapToken(world.deps)));
    expect(printed.every((text) => text === undefined)).toBe(true);
    expect((await authenticate(world.deps, `Bearer ${GIVEN}`)).principal).toBe("bootstrap");
    expect(await countTokens(world)).toEqual({ tokens: 2, entries: 2 });
  });

  test("stays revoked over the next start", async () => {
    const world = await newWorld({ CADASTRE_BOOTSTRAP_TOKEN: GIVEN });
    await ensureBootstrapToken(world.deps);
    const [token] = await world.deps.db.query<{ id: string }>("testBootstrapId", "select id from tokens");
    await revokeToken(world.deps, { id: token!.id, actor: "bootstrap" });
    await ensureBootstrapToken(world.deps);
    await expect(authenticate(world.deps, `Bearer ${GIVEN}`)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });
});
