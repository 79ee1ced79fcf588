import { join } from "node:path";
import { loadKeyring } from "../../src/platform/crypto/keyring";
import { requireOwnKeys } from "../../src/subjects";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => { world = await setup(); });
afterAll(() => world.close());

it("a database takes the keys it was begun with, again and again, and refuses any others", async () => {
  const { deps } = world;
  await requireOwnKeys(deps);
  await requireOwnKeys(deps);
  const strange = loadKeyring(join(deps.config.dataDir, "other-keys.json"), deps.clock);
  await expect(requireOwnKeys({ ...deps, keyring: strange })).rejects.toThrow("does not belong to this database");
});
