import { createToken } from "../../../src/access";
import { setup, type World } from "../../support/setup";
import { jobEvent, type Name, runEvent } from "./events";
import { type Graph, idOf, LINEAGE } from "./lineage-world";
import { type ServerProcess, startServerProcess } from "./server-process";

const WRITES = 40;
const hub: Name = { namespace: "postgres://hub:5432", name: "public.hub" };
const leaf = (at: number): Name => ({ namespace: "s3://leaves", name: `leaf/${at}` });

let world: World;
let processes: ServerProcess[] = [];
let token: string;
beforeAll(async () => {
  world = await setup();
  token = (await createToken(world.deps, { principal: "both", roles: ["producer", "reader"], actor: "test" })).token;
  processes = await Promise.all([startServerProcess(world), startServerProcess(world)]);
});
afterAll(async () => {
  await Promise.all(processes.map((process) => process.stop()));
  await world.close();
});

const post = (url: string, path: string, body: unknown): Promise<Response> =>
  fetch(`${url}${path}`, { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(body) });

async function leavesSeenBy({ url }: ServerProcess): Promise<string[]> {
  const answer = (await (await post(url, "/graphql", { query: LINEAGE, variables: { of: idOf(hub), direction: "DOWNSTREAM" } })).json()) as { data: { lineage: Graph } };
  return answer.data.lineage.nodes.filter(({ depth }) => depth === 1).map(({ id }) => id).sort();
}

describe("of two server processes on one database", () => {
  test("each sees at once what the other, or it itself, has answered for", async () => {
    const expected: string[] = [];
    for (let at = 0; at < WRITES; at += 1) {
      const [writer, ...readers] = [processes[at % 2]!, processes[(at + 1) % 2]!, processes[at % 2]!];
      const event = runEvent({ job: `fill ${at}`, at: new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString(), inputs: [hub], outputs: [leaf(at)] });
      expect((await post(writer.url, "/api/v1/lineage", event)).status).toBe(201);
      expected.push(idOf(leaf(at)));
      for (const reader of readers) expect(await leavesSeenBy(reader)).toEqual([...expected].sort());
    }
  });

  test("neither shows what a newer statement through the other has replaced", async () => {
    const [one, other] = processes as [ServerProcess, ServerProcess];
    const before = await leavesSeenBy(other);
    const replacement = jobEvent({ job: "fill 0", at: "2026-02-01T00:00:00Z", inputs: [hub], outputs: [] });
    expect((await post(one.url, "/api/v1/lineage", replacement)).status).toBe(201);
    expect(await leavesSeenBy(other)).toEqual(before.filter((id) => id !== idOf(leaf(0))));
    expect(await leavesSeenBy(one)).toEqual(before.filter((id) => id !== idOf(leaf(0))));
  });

  test("each sees all that many writers at once have been answered for", async () => {
    const writers = Array.from({ length: 16 }, async (_, writer) => {
      for (let round = 0; round < 5; round += 1) {
        const at = 1000 + writer * 10 + round;
        const event = runEvent({ job: `fill ${at}`, at: "2026-01-05T00:00:00Z", inputs: [hub], outputs: [leaf(at)] });
        expect((await post(processes[(writer + round) % 2]!.url, "/api/v1/lineage", event)).status).toBe(201);
        expect(await leavesSeenBy(processes[(writer + round + 1) % 2]!)).toContain(idOf(leaf(at)));
      }
    });
    await Promise.all(writers);
  });
});
