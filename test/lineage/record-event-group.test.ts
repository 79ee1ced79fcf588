import { readEvent, type ReadableEvent } from "../../src/lineage/events/read-event";
import { IngestQueue } from "../../src/lineage/use-cases/ingest-queue";
import { recordEventGroup } from "../../src/lineage/use-cases/record-event-group";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";
import { eventOf } from "./support/ingest-world";

let world: World;
beforeEach(async () => void (world = await setup()));
afterEach(() => world.close());

function read(name: string): ReadableEvent {
  const answer = readEvent(eventOf(name), false);
  if (answer.faults !== undefined) throw new Error(JSON.stringify(answer.faults));
  return answer;
}
const nameOf = ({ event }: ReadableEvent): string => event.job?.name ?? "";

test("an event that cannot be written takes no other along", async () => {
  const names = Array.from({ length: 9 }, (_, index) => `e${index}`);
  const written: string[] = [];
  const verdicts = await recordEventGroup(world.deps, names.map(read), async (tx, taken) => {
    if (taken.some((item) => nameOf(item) === "e5")) await tx.execute("poison", "select 1 / 0");
    tx.afterCommit(() => written.push(...taken.map(nameOf)));
  });
  expect(written).toEqual(names.filter((name) => name !== "e5"));
  expect(verdicts.map(({ ok }) => ok)).toEqual(names.map((name) => name !== "e5"));
  expect(verdicts[5]).toMatchObject({ ok: false, retriable: false });
});

test("an error on our side is not the events' fault: they may be sent again", async () => {
  const verdicts = await recordEventGroup(world.deps, [read("a"), read("b")], () => Promise.reject(new Error("a bug")));
  expect(verdicts).toMatchObject([{ ok: false, retriable: true }, { ok: false, retriable: true }]);
});

test("without a database, no event is tried by itself", async () => {
  let attempts = 0;
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  await recordEventGroup(world.deps, [read("a"), read("b")], () => {
    attempts += 1;
    return Promise.reject(refused);
  });
  expect(attempts).toBe(1);
});

test("events that arrive while a transaction is under way are written together in the next one", async () => {
  const { deps, statements } = countStatements(world.deps);
  const queue = new IngestQueue(deps);
  const sender = { token: "t", principal: "p" };
  const first = queue.record(read("first"), sender, 1);
  await new Promise(setImmediate);
  const others = Array.from({ length: 20 }, (_, index) => queue.record(read(`other-${index}`), sender, 1));
  expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 21 }, () => ({ ok: true })));
  expect(statements.filter((name) => name === "addIngest")).toHaveLength(2);
});

test("a group ends at 500 events or 8 MiB", async () => {
  const { deps, statements } = countStatements(world.deps);
  const queue = new IngestQueue(deps);
  const sender = { token: "t", principal: "p" };
  await Promise.all(Array.from({ length: 501 }, () => queue.record(read("a"), sender, 1)));
  expect(statements.filter((name) => name === "addIngest")).toHaveLength(2);
  await Promise.all(Array.from({ length: 3 }, () => queue.record(read("a"), sender, 5 * 1024 * 1024)));
  expect(statements.filter((name) => name === "addIngest")).toHaveLength(4);
});

test("tokens take turns: who sends one event does not wait for all of another's", async () => {
  const queue = new IngestQueue(world.deps);
  let written = 0;
  const bulk = Array.from({ length: 1_500 }, () => queue.record(read("bulk"), { token: "flooder", principal: "p" }, 1).then(() => (written += 1)));
  await queue.record(read("single"), { token: "other", principal: "p" }, 1);
  expect(written).toBeLessThan(500);
  await Promise.all(bulk);
});
