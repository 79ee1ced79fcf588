import { gzipSync } from "node:zlib";
import { createToken } from "../../src/access";
import { asOwner } from "../support/as-owner";
import { waitFor } from "../support/wait-for";
import { accessWorld, type AccessWorld, readLog, sent } from "./support/access-world";

let world: AccessWorld;
beforeEach(async () => void (world = await accessWorld()));
afterEach(() => world.close());

const MIB = 1024 * 1024;
const many = (count: number, prefix = "e") => Array.from({ length: count }, (_, index) => sent(`${prefix}-${index}`));
const recorded = async (): Promise<unknown[]> => (await readLog(world.deps)).map(({ entry }) => entry.actor);
const answered = (eventId: string | null, status: string, code?: string) => ({ eventId, status, ...(code !== undefined && { code }) });

describe("access events, one a line", () => {
  test("are answered a line each, in their order, once they are recorded", async () => {
    const { status, headers, lines } = await world.post([sent("a", { identifier: { type: "email", value: "ada@example.org" } }), sent("b"), sent("a")]);
    expect([status, headers["content-type"]]).toEqual([200, "application/x-ndjson"]);
    expect(lines).toEqual([answered("a", "recorded"), answered("b", "recorded"), answered("a", "duplicate")]);
    expect((await readLog(world.deps)).map(({ entry, subjects }) => [entry.source, subjects.length])).toEqual([["service:crm", 1], ["service:crm", 0]]);
  });

  test("are recorded once, however often they are sent", async () => {
    await world.post(many(3));
    expect((await world.post(many(4))).lines.map(({ status }) => status)).toEqual(["duplicate", "duplicate", "duplicate", "recorded"]);
    expect((await world.post(many(1), "shop")).lines).toEqual([answered("e-0", "recorded")]);
    expect(await recorded()).toHaveLength(5);
  });

  test("that are broken are refused by themselves, wherever they stand", async () => {
    const lines = [
      JSON.stringify(sent("a")), '{"eventId": "half', "[".repeat(30_000) + "]".repeat(30_000), "null", "", '"text"', JSON.stringify(sent("late", { at: "2026-03-02T10:00:00Z" })),
      JSON.stringify(sent("b", { dataset: 7 })), JSON.stringify({ eventId: 5 }), JSON.stringify(sent("c")),
    ];
    const broken = answered(null, "refused", "BAD_USER_INPUT");
    expect((await world.post(lines.join("\n"))).lines).toEqual([
      answered("a", "recorded"), broken, broken, broken, broken, broken, answered("late", "refused", "BAD_USER_INPUT"),
      answered("b", "refused", "BAD_USER_INPUT"), broken, answered("c", "recorded"),
    ]);
    expect(await recorded()).toHaveLength(2);
  });

  test("that are no UTF-8 take no other along", async () => {
    const [before, after] = [sent("a", { actor: "Zoë" }), sent("b")].map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
    const wrong = Buffer.concat([Buffer.from('{"eventId":"x'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n')]);
    expect((await world.post(Buffer.concat([before!, wrong, after!]))).lines).toEqual([
      answered("a", "recorded"), answered(null, "refused", "BAD_USER_INPUT"), answered("b", "recorded"),
    ]);
    expect(await recorded()).toEqual(["Zoë", "clerk-7"]);
  });

  test("may come with a byte order mark, carriage returns, and blank lines or nothing at the end", async () => {
    const text = `\ufeff${many(2).map((event) => JSON.stringify(event)).join("\r\n")}`;
    for (const end of ["", "\r\n", "\n", "\r\n\r\n\n"]) {
      expect((await world.post(text + end)).lines.map(({ eventId }) => eventId)).toEqual(["e-0", "e-1"]);
    }
    for (const nothing of ["", "\n", "\ufeff", "\r\n\n"]) expect(await world.post(nothing)).toMatchObject({ status: 200, lines: [] });
  });

  test("of more than 64 KiB are refused, those of exactly as many are not", async () => {
    const padded = (eventId: string, bytes: number) => {
      const line = JSON.stringify(sent(eventId));
      return `${line.slice(0, -1)}${" ".repeat(bytes - line.length)}}`;
    };
    expect((await world.post([padded("a", 65_536), padded("b", 65_537), `"${"x".repeat(70_000)}`].join("\n"))).lines).toEqual([
      answered("a", "recorded"), answered("b", "refused", "TOO_LARGE"), answered(null, "refused", "TOO_LARGE"),
    ]);
  });

  test("are taken by the thousands, in groups", async () => {
    const { lines } = await world.post(many(5_000));
    expect(lines.map(({ eventId }) => eventId)).toEqual(many(5_000).map(({ eventId }) => eventId));
    expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(["recorded"]));
    expect((await readLog(world.deps)).map(({ index }) => index)).toEqual(Array.from({ length: 5_000 }, (_, index) => index));
  });
});

describe("a request", () => {
  test("compressed by gzip is taken; what only says so, or is compressed otherwise, is not", async () => {
    const body = many(2).map((event) => JSON.stringify(event)).join("\n");
    expect((await world.post(gzipSync(body), "crm", { "content-encoding": "gzip" })).lines).toHaveLength(2);
    expect((await world.post(body, "crm", { "content-encoding": "gzip" })).status).toBe(400);
    expect((await world.post(body, "crm", { "content-encoding": "br" })).status).toBe(400);
  });

  test("of more than 16 MiB, as sent or inflated, or of more than 100,000 lines is refused as a whole", async () => {
    expect((await world.post(Buffer.alloc(16 * MIB + 1, "x"))).status).toBe(413);
    expect((await world.post(gzipSync(Buffer.alloc(16 * MIB + 1, "x")), "crm", { "content-encoding": "gzip" })).status).toBe(413);
    expect((await world.post("x\n".repeat(100_001))).status).toBe(413);
    const { status, lines } = await world.post("x\n".repeat(100_000));
    expect([status, lines.length]).toEqual([200, 100_000]);
    expect(await recorded()).toEqual([]);
  });

  test("without a token, or without the permission, is refused; the latter is on record", async () => {
    const url = `${world.server.url}/audit/events`;
    expect((await fetch(url, { method: "POST", body: JSON.stringify(sent("a")) })).status).toBe(401);
    const { token } = await createToken(world.deps, { principal: "rita", roles: ["reader"], actor: "test" });
    expect((await fetch(url, { method: "POST", body: JSON.stringify(sent("a")), headers: { authorization: `Bearer ${token}` } })).status).toBe(403);
    const denied = await world.deps.db.query("denied", "select action, actor from audit_entry_facts where outcome = 'denied'");
    expect(denied).toEqual([{ action: "audit.record-access", actor: "rita" }]);
  });

  test("is answered only after the commit", async () => {
    const held = await world.holdBack();
    let isAnswered = false;
    const answer = world.post(many(1)).finally(() => (isAnswered = true));
    await held.waiting();
    expect(isAnswered).toBe(false);
    await held.letGo();
    expect((await answer).lines).toEqual([answered("e-0", "recorded")]);
  });

  test("too many of a token, until their last lines have been answered, gets 429 with the time to wait; other tokens go on", async () => {
    const held = await world.holdBack();
    const first = world.post(many(1, "first"));
    await held.waiting();
    const refused: unknown[] = [];
    const flood = Array.from({ length: 70 }, async (_, index) => {
      const answer = await world.post(many(1, `flood-${index}`));
      if (answer.status === 429) refused.push(answer.headers["retry-after"]);
      return answer;
    });
    await waitFor(() => refused.length === 7);
    expect(new Set(refused)).toEqual(new Set(["1"]));
    const other = world.post(many(1), "shop");
    await held.letGo();
    expect((await other).lines).toEqual([answered("e-0", "recorded")]);
    const statuses = [await first, ...(await Promise.all(flood))].map(({ status }) => status);
    expect([statuses.filter((status) => status === 200).length, statuses.filter((status) => status === 429).length]).toEqual([64, 7]);
    expect((await world.post(many(1, "later"))).status).toBe(200);
  });

  test("whose client goes away midway leaves what was committed, and may be repeated", async () => {
    const body = many(20_000).map((event) => JSON.stringify(event)).join("\n");
    const posted = await world.open(body, "crm");
    await new Promise<void>((resolve) => {
      posted.on("error", () => undefined).on("response", (response) => response.once("data", () => {
        posted.destroy();
        resolve();
      }));
      posted.end(body);
    });
    await waitFor(async () => (await world.post(many(1, "probe"))).status === 200);
    const { lines } = await world.post(body);
    const statuses = lines.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(["recorded", "duplicate"]));
    expect(statuses[0]).toBe("duplicate");
    expect(new Set((await readLog(world.deps)).map(({ entry }) => entry.id)).size).toBe(20_001);
  });

  test("whose events cannot be written for no fault of theirs says so line by line, and they may be sent again", async () => {
    await asOwner(world.deps, "testHide", "alter table access_tallies rename to hidden_tallies");
    expect((await world.post([sent("a"), sent("", {})])).lines).toEqual([answered("a", "refused", "INTERNAL"), answered("", "refused", "BAD_USER_INPUT")]);
    await asOwner(world.deps, "testShow", "alter table hidden_tallies rename to access_tallies");
    expect((await world.post([sent("a")])).lines).toEqual([answered("a", "recorded")]);
  });

  test("is counted by what became of its lines", async () => {
    await world.post([sent("a"), sent("a"), sent("")]);
    await world.post("x", "crm", { "content-encoding": "br" });
    const { token } = await createToken(world.deps, { principal: "prometheus", roles: ["reader"], actor: "test" });
    const text = await (await fetch(`${world.server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
    for (const outcome of ["recorded", "duplicate", "refused", "rejected"]) expect(text).toContain(`cadastre_access_events_total{outcome="${outcome}"} 1\n`);
  });
});

describe("recordAccess in GraphQL", () => {
  const RECORD = "mutation ($input: RecordAccessInput!) { recordAccess(input: $input) { recorded duplicates refused } }";
  const ask = async (events: unknown[]) => world.server.graphql(RECORD, { input: { events } }, await world.tokenOf("crm"));

  test("refuses broken events by their ids, and takes the others", async () => {
    const identifier = { type: "phone", value: "030 1234567" };
    const { data } = await ask([sent("a", { fields: ["email"], allowed: false }), sent("a"), sent("b", { dataset: "x" }), sent("c", { identifier }), sent("d", { actor: "" })]);
    expect(data).toEqual({ recordAccess: { recorded: 1, duplicates: 1, refused: ["b", "c", "d"] } });
    expect(await readLog(world.deps)).toMatchObject([{ entry: { outcome: "denied", fields: ["email"], source: "service:crm" } }]);
    expect(await world.deps.db.query("inbox", "select from audit_inbox i join audit_entry_facts f using (id) where f.actor = 'crm-app'")).toEqual([]);
  });

  test("knows what came over HTTP, and refuses a list of more than a thousand as a whole", async () => {
    await world.post(many(1));
    expect((await ask(many(2))).data).toEqual({ recordAccess: { recorded: 1, duplicates: 1, refused: [] } });
    expect((await ask(many(1_001))).errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_USER_INPUT"]);
    expect((await ask([])).data).toEqual({ recordAccess: { recorded: 0, duplicates: 0, refused: [] } });
  });
});
