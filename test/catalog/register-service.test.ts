import { findServices } from "../../src/catalog";
import type { ServiceInput } from "../../src/catalog/service-model";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { rotateEndpointKey } from "../../src/catalog/use-cases/rotate-endpoint-key";
import { generateSigningKey } from "../../src/protocol";
import { setup, type World } from "../support/setup";
import { auditTrail } from "./audit-trail";

let world: World;
beforeAll(async () => (world = await setup()));
afterAll(() => world.close());

const register = (input: ServiceInput) => registerService(world.deps, { actor: "ada", ...input });
const newKey = (): string => generateSigningKey().publicKey;

test("a registered service has its endpoint, with the defaults of what was left out", async () => {
  const publicKey = newKey();
  await register({ key: "orders", name: "Orders", team: "shop", endpointUrl: "https://orders.test/cadastre", publicKey, kinds: ["verify", "erase"] });

  expect((await findServices(world.deps.db, ["orders", "nobody"])).get("orders")).toMatchObject({
    key: "orders", executor: "PARTICIPANT", endpointUrl: "https://orders.test/cadastre", publicKeys: [publicKey], kinds: ["erase", "verify"], timeoutMs: 30_000,
    backupHorizon: null,
  });
  expect(await auditTrail(world.deps)).toContainEqual({ action: "catalog.register-service", object: "service:orders", outcome: "ok" });
});

test("registering again keeps omitted members, and null takes one away", async () => {
  await register({ key: "billing", name: "Billing", team: "money", backupHorizon: "P30D" });
  expect(await register({ key: "billing", name: "Invoices" })).toMatchObject({ name: "Invoices", team: "money", backupHorizon: "P30D" });
  expect(await register({ key: "billing", name: "Invoices", team: null })).toMatchObject({ team: null, backupHorizon: "P30D" });
});

test("an equal input writes nothing, the audit log included", async () => {
  await register({ key: "support", name: "Support", kinds: ["erase", "verify", "erase"] });
  const before = await auditTrail(world.deps);
  await register({ key: "support", name: "Support", kinds: ["verify", "erase"] });
  expect(await auditTrail(world.deps)).toEqual(before);
});

test("a new key leaves the former accepted until the next rotation, or not at all when it is revoked", async () => {
  const [first, second, third, fourth] = [newKey(), newKey(), newKey(), newKey()];
  await register({ key: "rotating", name: "Rotating", publicKey: first });
  expect((await register({ key: "rotating", name: "Rotating", publicKey: second })).publicKeys).toEqual([second, first]);
  const rotate = (publicKey: string, revokeFormer: boolean) => rotateEndpointKey(world.deps, { actor: "ada", service: "service:rotating", publicKey, revokeFormer });
  expect((await rotate(third, false)).publicKeys).toEqual([third, second]);
  expect((await rotate(fourth, true)).publicKeys).toEqual([fourth]);
});

test("concurrent registrations of one new service end in one service that heard all of them", async () => {
  await Promise.all([
    register({ key: "race", name: "Race", team: "left" }),
    register({ key: "race", name: "Race", backupHorizon: "P7D" }),
    register({ key: "race", name: "Race", kinds: ["erase"] }),
  ]);
  expect(await register({ key: "race", name: "Race" })).toMatchObject({ team: "left", backupHorizon: "P7D", kinds: ["erase"] });
});

const good: ServiceInput = { key: "good", name: "Good" };
test.each<[string, Partial<ServiceInput>, RegExp]>([
  ["a key with capitals", { key: "Orders" }, /^key: must match/],
  ["a key that turns the direction of reading", { key: "ab\u202Ec" }, /^key: .*U\+202E, at position 3/],
  ["a key with a zero-width space", { key: "ab\u200Bc" }, /^key: .*U\+200B/],
  ["a key of 10,000 characters", { key: "a".repeat(10_000) }, /^key: must match/],
  ["an empty name", { name: " " }, /^name: must not be empty/],
  ["a name of 10,000 characters", { name: "n".repeat(10_000) }, /^name: must have at most 512/],
  ["a name with a control character", { name: "a\u0000b" }, /^name: .*U\+0000/],
  ["an address that is none", { endpointUrl: "orders" }, /^endpointUrl: must be an absolute URL/],
  ["an address of another scheme", { endpointUrl: "file:///etc/passwd" }, /^endpointUrl: must be an absolute URL/],
  ["an address with a character that nobody sees", { endpointUrl: "https://ord\u200Bers.test/" }, /^endpointUrl: has an invisible .* U\+200B, at position 12/],
  ["an address with a space behind it", { endpointUrl: "https://orders.test/ " }, /^endpointUrl: must be an absolute URL/],
  ["an address with a password", { endpointUrl: "https://a:b@orders.test" }, /^endpointUrl: must not carry/],
  ["a shared secret as public key", { publicKey: `whsec_${Buffer.alloc(24).toString("base64")}` }, /^publicKey: must be an Ed25519/],
  ["an unknown kind of order", { kinds: ["erase", "explode"] }, /^kinds\[1\]: must be one of/],
  ["no timeout at all", { timeoutMs: 0 }, /^timeoutMs: must be a whole number/],
  ["a period that is none", { backupHorizon: "30 days" }, /^backupHorizon: must be an ISO 8601/],
])("%s is refused", async (_, fault, reason) => {
  await expect(register({ ...good, ...fault })).rejects.toMatchObject({ code: "BAD_USER_INPUT", message: expect.stringMatching(reason) as string });
});

test("every fault of an input is named at once, none of its values", async () => {
  const refusal = register({ key: "SECRET", name: "", endpointUrl: "SECRET", timeoutMs: 1 });
  await expect(refusal).rejects.toThrow(/key: .*name: .*endpointUrl: .*timeoutMs: /);
  await expect(refusal).rejects.not.toThrow(/SECRET/);
});

test("a name in any script is taken, joiners included", async () => {
  const name = "فروشگاه\u200cها 👩\u200d💻";
  expect(await register({ key: "names", name })).toMatchObject({ name });
});
