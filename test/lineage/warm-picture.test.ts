import { warmPicture } from "../../src/lineage/jobs/warm-picture";
import { openGraph } from "../../src/lineage/storage/flow-graph-queries";
import type { Reader } from "../../src/platform/database/sql";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => void (world = await setup()));
afterAll(() => world.close());

/** A reader that nobody has asked yet, and the names of the statements that it runs. */
function newReader(): { db: Reader; statements: string[] } {
  const statements: string[] = [];
  return { db: { ...world.deps.db, query: (name, text, values) => (statements.push(name), world.deps.db.query(name, text, values)) }, statements };
}

test("once the picture is in memory, the first query only asks for what is new", async () => {
  const { db, statements } = newReader();
  await warmPicture({ ...world.deps, db });
  statements.length = 0;
  await openGraph(db, { table: "flows", from: [1], sides: ["OUT"] });
  expect(statements).toEqual(["readNewFlows_flows"]);
});

test("where the picture cannot be read, that is logged, and no more", async () => {
  const logged: unknown[] = [];
  const log = { ...world.deps.log, error: ({ err }: { err: unknown }) => void logged.push(err) } as unknown as World["deps"]["log"];
  const broken = new Error("gone");
  await expect(warmPicture({ log, db: { ...world.deps.db, query: () => Promise.reject(broken) } })).resolves.toBeUndefined();
  expect(logged).toEqual([broken]);
});
