import { confirmIdentifier, findPidsByIdentifiers, type Identifier, listQuarantined, sealSubject } from "../../src/subjects";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const find = (...identifiers: Identifier[]) => findPidsByIdentifiers(world.deps.db, identifiers);
const seal = (identifiers: Identifier[], status?: "QUARANTINED") => world.deps.transaction((tx) => sealSubject(tx, identifiers, status));

describe("finding subjects", () => {
  test("works by any of the identifiers, in any spelling, and gives each subject once", async () => {
    const { pid } = await seal([{ type: "email", value: "ada@example.org" }, { type: "phone", value: "+49 30 1234567" }]);
    expect(await find({ type: "email", value: "ADA@example.org " }, { type: "phone", value: "0049-30-1234567" })).toEqual([pid]);
    expect(await find({ type: "phone", value: "+49301234567" }, { type: "email", value: "nobody@example.org" })).toEqual([pid]);
  });

  test("does not mix up types that share a value", async () => {
    await seal([{ type: "customer_id", value: "42" }]);
    expect(await find({ type: "invoice_id", value: "42" })).toEqual([]);
  });

  test("finds nobody by what is in quarantine, until it is confirmed", async () => {
    const { pid } = await seal([{ type: "login", value: "lovelace" }], "QUARANTINED");
    expect(await find({ type: "login", value: "lovelace" })).toEqual([]);
    const [identifier] = await listQuarantined(world.deps.db, [pid]);
    await world.deps.transaction((tx) => confirmIdentifier(tx, identifier!.id));
    expect(await find({ type: "login", value: "lovelace" })).toEqual([pid]);
  });

  test("by nothing finds nobody, and by what is malformed is refused", async () => {
    expect(await find()).toEqual([]);
    await expect(find({ type: "phone", value: "030 1234567" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });
});
