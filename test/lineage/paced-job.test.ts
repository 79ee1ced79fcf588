import { pacedJob } from "../../src/lineage/jobs/paced-job";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

test("work that takes long rests ten times as long, and is done again a minute after it began, at the earliest then", async () => {
  const runs: string[] = [];
  const job = pacedJob(world.deps, "slow", async () => {
    runs.push(world.clock.now().toISOString().slice(11, 19));
    world.clock.advance("PT7S");
  });
  const at = async (time: string): Promise<void> => {
    world.clock.set(`2026-03-02T${time}Z`);
    await job.runOnce();
  };
  await at("09:00:00");
  await at("09:01:16");
  expect(runs).toEqual(["09:00:00"]);
  await at("09:01:17");
  expect(runs).toEqual(["09:00:00", "09:01:17"]);
});

test("work that failed is done again at once", async () => {
  let runs = 0;
  const job = pacedJob(world.deps, "failing", () => {
    runs += 1;
    return Promise.reject(new Error("the database is gone"));
  });
  await expect(job.runOnce()).rejects.toThrow("gone");
  await expect(job.runOnce()).rejects.toThrow("gone");
  expect(runs).toBe(2);
});
