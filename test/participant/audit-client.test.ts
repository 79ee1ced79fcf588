import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AccessNotRecorded, auditClient, type AuditClientOptions, type DataAccess } from "../../src/participant";
import { accessWorld, readLog } from "../audit/support/access-world";
import { waitFor } from "../support/wait-for";

type Line = Record<string, unknown> & { eventId: string };
interface Received {
  readonly lines: readonly Line[];
  readonly at: number;
}

/** A door that answers as told, one answer a request; the last one for ever. It notes what came. */
async function door(...answers: ((lines: readonly Line[], response: ServerResponse, request: IncomingMessage) => void)[]) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
      const lines = Buffer.concat(chunks).toString().split("\n").filter(Boolean).map((line) => JSON.parse(line) as Line);
      received.push({ lines, at: performance.now() });
      (answers[Math.min(received.length, answers.length) - 1] ?? recorded)(lines, response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  closers.push(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, close, ids: () => received.map(({ lines }) => lines.map(({ eventId }) => eventId)) };
}
const closers: (() => Promise<void>)[] = [];
afterEach(async () => void (await Promise.all(closers.splice(0).map((close) => close()))));

const say = (response: ServerResponse, verdicts: readonly object[]): void =>
  void response.writeHead(200, { "content-type": "application/x-ndjson" }).end(verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join(""));
const recorded = (lines: readonly Line[], response: ServerResponse): void => say(response, lines.map(({ eventId }) => ({ eventId, status: "recorded" })));
const status = (code: number, headers: Record<string, string> = {}) => (_: readonly Line[], response: ServerResponse): void => void response.writeHead(code, headers).end("{}");

const clientOf = (url: string, more: Partial<AuditClientOptions> = {}) => {
  const client = auditClient({ url, token: "secret", batchMs: 5, retryMs: 1, longestRetryMs: 4, onFailure: () => undefined, ...more });
  closers.push(async () => void (await client.close(0)));
  return client;
};
const access = (eventId?: string): DataAccess => ({ eventId, actor: "clerk", dataset: "dataset:crm:people", purpose: "support", basis: "contract" });

describe("the audit client", () => {
  test("says at once of an access that no JSON can hold that it was not taken, and goes on", async () => {
    const cadastre = await door();
    const client = clientOf(cadastre.url);
    await expect(client.record({ ...access("a"), source: 1n as unknown as string })).rejects.toThrow(TypeError);
    await client.confirm(access("b"));
    expect(await client.close()).toEqual({ left: [] });
    expect(cadastre.ids()).toEqual([["b"]]);
  });

  test("reports to a real Cadastre, and an access repeated under its id is recorded once", async () => {
    const world = await accessWorld();
    closers.push(world.close);
    const client = clientOf(world.server.url, { token: await world.tokenOf("crm"), clock: world.clock });
    await client.record({ ...access("a"), dataset: { namespace: "postgresql://CRM", name: "people" }, fields: ["email"], identifier: { type: "email", value: "ada@example.org" }, allowed: false, source: "desk" });
    await client.record(access("a"));
    await client.confirm(access());
    expect(await client.close()).toEqual({ left: [] });
    const log = await readLog(world.deps);
    expect(log.map(({ entry: { time, object, fields, source, outcome } }) => ({ time, object, fields, source, outcome }))).toEqual([
      { time: "2026-03-02T09:00:00.000Z", object: "dataset:postgres%3A%2F%2Fcrm:people", fields: ["email"], source: "service:crm desk", outcome: "denied" },
      { time: "2026-03-02T09:00:00.000Z", object: "dataset:crm:people", fields: undefined, source: "service:crm", outcome: "ok" },
    ]);
  });

  test("gives each access an id and a time, and sends those of a moment together with its token", async () => {
    let authorization: string | undefined;
    const { url, received } = await door((lines, response, request) => {
      authorization = request.headers.authorization;
      recorded(lines, response);
    });
    const client = clientOf(`${url}/`, { clock: { now: () => new Date("2026-03-02T09:00:00Z") } });
    await Promise.all([client.record(access()), client.record(access()), client.record(access())]);
    await client.flush();
    expect(received).toHaveLength(1);
    expect(new Set(received[0]!.lines.map(({ eventId }) => eventId)).size).toBe(3);
    expect(received[0]!.lines[0]).toEqual({ ...access(), eventId: expect.any(String) as string, at: "2026-03-02T09:00:00.000Z" });
    expect(authorization).toBe("Bearer secret");
  });

  test("sends batches of the size asked for, in order, one at a time", async () => {
    const { url, ids } = await door();
    const client = clientOf(url, { batchSize: 2, batchMs: 60_000 });
    for (const id of ["a", "b", "c", "d", "e"]) await client.record(access(id));
    await client.flush();
    expect(ids()).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });

  test("does not make who confirms or flushes wait for others to come", async () => {
    const { url } = await door();
    const client = clientOf(url, { batchMs: 60_000 });
    await client.confirm(access("a"));
    await client.record(access("b"));
    await client.flush();
  });

  test.each<[string, Parameters<typeof door>]>([
    ["500", [status(500)]],
    ["429", [status(429)]],
    ["401", [status(401)]],
    ["a connection that breaks", [(_, response) => void response.destroy()]],
    ["an answer that breaks off before the first line", [(_, response) => void response.writeHead(200, { "content-length": "100" }).write("", () => response.destroy())]],
    ["an answer that is no verdict", [(_, response) => void response.writeHead(200).end("hello\n\n")]],
    ["a redirect", [status(302, { location: "http://127.0.0.1:9/" })]],
  ])("sends again after %s, until it is answered", async (_, answers) => {
    const { url, ids } = await door(...answers, answers[0]!, recorded);
    const client = clientOf(url);
    await client.confirm(access("a"));
    expect(ids()).toEqual([["a"], ["a"], ["a"]]);
  });

  test("tells of each failure, without the access", async () => {
    const failures: string[] = [];
    const { url } = await door(status(503), (_, response) => void response.destroy(), recorded);
    await clientOf(url, { onFailure: (failure) => failures.push(failure) }).confirm(access("a"));
    expect(failures).toEqual(["HTTP 503", "no connection"]);
  });

  test("waits as long as Retry-After says", async () => {
    const { url, received } = await door(status(429, { "retry-after": "1" }), recorded);
    await clientOf(url).confirm(access("a"));
    expect(received[1]!.at - received[0]!.at).toBeGreaterThan(990);
  });

  test("sends again only what was not answered", async () => {
    const { url, ids } = await door((lines, response) =>
      say(response, [{ eventId: "a", status: "recorded" }, { eventId: "b", status: "refused", code: "INTERNAL" }, { eventId: "c", status: "duplicate" }].slice(0, lines.length)), recorded);
    const client = clientOf(url, { batchSize: 4 });
    for (const id of ["a", "b", "c", "d"]) await client.record(access(id));
    await client.flush();
    expect(ids()).toEqual([["a", "b", "c", "d"], ["b", "d"]]);
  });

  test("tells which accesses were refused and why, and goes on", async () => {
    const refused: unknown[] = [];
    const { url } = await door((_, response) => say(response, [{ eventId: "a", status: "refused", code: "BAD_USER_INPUT" }, { eventId: "b", status: "recorded" }]));
    const client = clientOf(url, { batchSize: 2, onRefused: ({ eventId }, code) => refused.push([eventId, code]) });
    const confirmed = [client.confirm(access("a")), client.confirm(access("b"))];
    await expect(confirmed[0]).rejects.toThrow(AccessNotRecorded);
    await confirmed[1];
    expect(refused).toEqual([["a", "BAD_USER_INPUT"]]);
  });

  test("sends half as many where a request was too large, and gives up what is too large alone", async () => {
    const refused: unknown[] = [];
    const { url, ids } = await door((lines, response) => (lines.some(({ eventId }) => eventId === "d") ? status(413)(lines, response) : recorded(lines, response)));
    const client = clientOf(url, { batchSize: 4, onRefused: ({ eventId }, code) => refused.push([eventId, code]) });
    for (const id of ["a", "b", "c", "d", "e"]) await client.record(access(id));
    await client.flush();
    expect(ids()).toEqual([["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["d"], ["e"]]);
    expect(refused).toEqual([["d", "TOO_LARGE"]]);
  });

  test("holds no more than its memory: whoever records waits, and nothing is lost", async () => {
    let isUp = false;
    const { url, received } = await door((lines, response) => (isUp ? recorded(lines, response) : status(503)(lines, response)));
    const client = clientOf(url, { capacity: 3, batchSize: 3 });
    let taken = 0;
    const recording = Array.from({ length: 8 }, (_, index) => client.record(access(`e-${index}`)).then(() => (taken += 1)));
    await waitFor(() => received.length > 2);
    expect(taken).toBe(3);
    isUp = true;
    await Promise.all(recording);
    await client.flush();
    const arrived = new Set(received.flatMap(({ lines }) => lines.map(({ eventId }) => eventId)));
    expect(arrived).toEqual(new Set(Array.from({ length: 8 }, (_, index) => `e-${index}`)));
    expect(Math.max(...received.map(({ lines }) => lines.length))).toBe(3);
  });

  test("drops only where that was asked for, and says how many", async () => {
    let dropped = 0;
    const { url, received } = await door(status(503));
    const client = clientOf(url, { capacity: 2, whenFull: "drop", onDropped: (count) => (dropped += count) });
    for (const id of ["a", "b", "c", "d"]) await client.record(access(id));
    expect(dropped).toBe(2);
    await waitFor(() => received.length > 0);
    await expect(client.confirm(access("e"))).rejects.toThrow("dropped");
    expect(() => auditClient({ url, token: "x", whenFull: "drop" })).toThrow("onDropped");
  });

  test("is closed after all was answered, and takes nothing afterwards", async () => {
    const { url, ids } = await door(status(503), recorded);
    const client = clientOf(url, { batchMs: 60_000 });
    await client.record(access("a"));
    expect(await client.close()).toEqual({ left: [] });
    expect(ids()).toEqual([["a"], ["a"]]);
    await expect(client.record(access("b"))).rejects.toThrow(AccessNotRecorded);
    await expect(client.confirm(access("b"))).rejects.toThrow(AccessNotRecorded);
  });

  test.each<[string, Parameters<typeof door>[0]]>([["is down", status(503, { "retry-after": "60" })], ["never answers", () => undefined]])(
    "gives back at the deadline what could not be delivered, where Cadastre %s",
    async (_, answer) => {
      const { url, received } = await door(answer);
      const client = clientOf(url, { capacity: 2 });
      await client.record(access("a"));
      const confirmed = client.confirm(access("b")).catch((error: Error) => error.message);
      const waiting = client.record(access("c")).catch((error: Error) => error.message);
      await waitFor(() => received.length > 0);
      const { left } = await client.close(20);
      expect(left.map(({ eventId }) => eventId)).toEqual(["a", "b"]);
      expect(await confirmed).toContain("closed before");
      expect(await waiting).toContain("closed");
    },
  );

  test("finds a Cadastre that died and came back", async () => {
    const first = await door();
    const client = clientOf(first.url);
    await client.confirm(access("a"));
    await first.close();
    const late = client.confirm(access("b"));
    const { port } = new URL(first.url);
    const server = createServer((request, response) => request.resume().on("end", () => say(response, [{ eventId: "b", status: "recorded" }])));
    await new Promise<void>((resolve) => server.listen(Number(port), "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }));
    await late;
  });
});
