import pino from "pino";
import { repeating } from "../../src/app/roles";
import { waitFor } from "../support/wait-for";

const NEVER_MS = 3_600_000;
const logged: { msg: string; unit: string }[] = [];
const counted: string[] = [];
const surroundings = {
  log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line) as { msg: string; unit: string }) }),
  count: (unit: string, outcome: string) => void counted.push(`${unit} ${outcome}`),
};

beforeEach(() => {
  logged.length = 0;
  counted.length = 0;
});

test("a unit is run again at once while there is work, and rests when there is none", async () => {
  let work = 3;
  const worker = repeating({ name: "sweep", runOnce: async () => (work > 0 ? work-- : 0) }, NEVER_MS, surroundings);
  worker.start();
  await waitFor(() => counted.length === 4);
  await worker.stop();
  expect(counted).toEqual(Array(4).fill("sweep ok"));
});

test("a unit that fails is logged and counted, and goes on", async () => {
  let tries = 0;
  const worker = repeating(
    {
      name: "sweep",
      runOnce: async () => {
        tries += 1;
        if (tries < 3) throw new Error("not now");
        return false;
      },
    },
    5,
    surroundings,
  );
  worker.start();
  await waitFor(() => counted.includes("sweep ok"));
  await worker.stop();
  expect(counted.slice(0, 3)).toEqual(["sweep failed", "sweep failed", "sweep ok"]);
  expect(logged.map(({ unit }) => unit)).toEqual(["sweep", "sweep"]);
});

test("stopping waits for the portion in hand", async () => {
  let finish = (): void => undefined;
  let finished = false;
  const runOnce = async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    finished = true;
    return true;
  };
  const worker = repeating({ name: "sweep", runOnce }, NEVER_MS, surroundings);
  worker.start();
  const stopped = worker.stop().then(() => finished);
  finish();
  expect([await stopped, counted]).toEqual([true, ["sweep ok"]]);
});
