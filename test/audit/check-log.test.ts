import { openSigner } from "../../src/audit/outbound/checkpoint-signer";
import { HighWater } from "../../src/audit/storage/high-water";
import { checkLog } from "../../src/audit/use-cases/check-log";
import type { Reader } from "../../src/platform/database/sql";
import { setup, type World } from "../support/setup";
import { logEntries, tamper } from "./logged-world";

let world: World;
let remembered: string;
const check = (reader: Reader, mark: string | undefined = remembered) =>
  checkLog(reader, { trusted: openSigner(reader.config, reader.keyring).vkeys(reader.config.auditOrigin), remembered: mark });

beforeAll(async () => {
  world = await setup();
  await logEntries(world.deps, 300);
  await logEntries(world.deps, 300);
  remembered = (await new HighWater(world.deps.config.keysFile).read())!;
});
afterAll(() => world.close());

test("x", async () => {
  console.log(await check(world.deps.db));
  console.log(await tamper(world.deps, ["update audit_entries set entry = set_byte(entry, 9, 1) where leaf_index = 333"], check));
});
