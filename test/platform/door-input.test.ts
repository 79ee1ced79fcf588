import { once } from "node:events";
import WebSocket from "ws";
import { permissionsOf } from "../../src/access";
import { roomRoutes } from "../../src/app/routes";
import { Metrics } from "../../src/platform/http/metrics";
import { type ExampleHouse, openHouse } from "../contracts/example-world";
import { digestTables } from "../support/digest-tables";
import { MARK } from "./hostile-values";

let house: ExampleHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

const contents = async (): Promise<string> => JSON.stringify(await digestTables(house.deps.db));
const codesIn = (said: string): string[] => [...said.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code as string);
const GRAPHQL = "/graphql";
const json = { "content-type": "application/json" };
const send = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${house.url}${path}`, init);
const bearer = (who: Parameters<ExampleHouse["tokenOf"]>[0]) => ({ authorization: `Bearer ${house.tokenOf(who)}` });

describe("a request to /graphql", () => {
  const QUERY = JSON.stringify({ query: "{ __typename }" });
  const MUTATION = `mutation { submitErasureRequest(input: { identifiers: [{ type: "email", value: "${MARK}@example.org" }] }) { id } }`;
  const SUBMIT = JSON.stringify({ query: MUTATION });

  test.each<[string, string | Buffer, number, string]>([
    ["that is no JSON", `{"query": "${MARK}`, 400, "BAD_USER_INPUT"],
    ["that is empty", "", 400, "BAD_USER_INPUT"],
    ["that is a text", `"${MARK}"`, 400, "BAD_USER_INPUT"],
    ["that is nothing", "null", 400, "BAD_USER_INPUT"],
    ["that is a batch", `[${SUBMIT},${SUBMIT}]`, 400, "BAD_USER_INPUT"],
    ["that is not UTF-8", Buffer.from([0xff, 0xfe, 0x00]), 400, "BAD_USER_INPUT"],
    ["whose query is no text", `{"query": {"${MARK}": 1}}`, 400, "BAD_USER_INPUT"],
    ["whose variables are a list", `{"query": "{ __typename }", "variables": ["${MARK}"]}`, 400, "BAD_USER_INPUT"],
    ["nested a hundred thousand deep", `{"query": "{ __typename }", "variables": {"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}}`, 200, "data"],
    ["of 70 MB", `{"query": "{ __typename }", "variables": {"a": "${"x".repeat(70_000_000)}"}}`, 413, "TOO_LARGE"],
  ])("%s is answered by name and changes nothing", async (_what, body, status, code) => {
    const before = await contents();
    const response = await send(GRAPHQL, { method: "POST", headers: { ...json, ...bearer("caller") }, body });
    const said = await response.text();
    expect([response.status, code === "data" ? Object.keys(JSON.parse(said) as object) : codesIn(said)]).toEqual([status, [code]]);
    expect(said).not.toContain(MARK);
    expect(await contents()).toBe(before);
  });

  test("that changes something is refused by GET, as a form, and to strangers", async () => {
    const before = await contents();
    const search = `?query=${encodeURIComponent(MUTATION)}`;
    const refused = [
      await send(GRAPHQL + search, { headers: { ...bearer("caller"), "apollo-require-preflight": "1" } }),
      await send(GRAPHQL + search, { headers: { ...bearer("caller"), accept: "text/event-stream" } }),
      await send(GRAPHQL, { method: "POST", headers: bearer("caller"), body: new URLSearchParams({ query: SUBMIT }) }),
      await send(GRAPHQL, { method: "POST", headers: json, body: SUBMIT }),
      await send(GRAPHQL, { method: "POST", headers: { ...json, authorization: `Bearer ${MARK}` }, body: SUBMIT }),
      await send(GRAPHQL, { method: "POST", headers: { ...json, authorization: "Basic YTpi" }, body: SUBMIT }),
      await send(GRAPHQL, { method: "POST", headers: { ...json, ...bearer("nobody") }, body: SUBMIT }),
    ];
    const said = await Promise.all(refused.map((response) => response.text()));
    expect(said.map((text, at) => [refused[at]!.status, ...codesIn(text)])).toEqual([
      [405, "BAD_USER_INPUT"], [400, "BAD_USER_INPUT"], [400, "BAD_USER_INPUT"],
      [401, "UNAUTHENTICATED"], [401, "UNAUTHENTICATED"], [401, "UNAUTHENTICATED"], [200, "FORBIDDEN"],
    ]);
    expect(said.join()).not.toContain(MARK);
    expect(await contents()).toBe(before);
    expect((await send(GRAPHQL, { method: "POST", headers: { ...json, ...bearer("caller") }, body: QUERY })).status).toBe(200);
  });
});

describe("a WebSocket at /graphql is closed", () => {
  const SUBSCRIBE = { id: "1", type: "subscribe", payload: { query: "subscription { erasureRequestProgress(id: 1) { id } }" } };
  const init = (token: string) => ({ type: "connection_init", payload: { authorization: `Bearer ${token}` } });

  test.each<[string, () => readonly unknown[], number]>([
    ["for what is no message", () => [MARK], 4400],
    ["for a stranger", () => [init(MARK)], 4403],
    ["for who subscribes before saying who he is", () => [SUBSCRIBE], 4401],
    ["for a message of 2 MB", () => [init("x".repeat(2_000_000))], 1009],
    ["for who says twice who he is", () => [init(house.tokenOf("caller")), init(house.tokenOf("caller"))], 4429],
  ])("%s", async (_what, messages, code) => {
    const socket = new WebSocket(`${house.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
    await once(socket, "open");
    for (const message of messages()) socket.send(typeof message === "string" ? message : JSON.stringify(message));
    const [closed, reason] = (await once(socket, "close")) as [number, Buffer];
    expect(closed).toBe(code);
    expect(reason.toString()).not.toContain(MARK);
  });
});

describe("the other doors", () => {
  const doors = () => [...roomRoutes(house.deps, new Metrics()), { method: "GET", path: "/metrics", access: "access:metrics" }];
  /** Its refusals have a form of their own (C2SP tlog-witness; test/audit/witness-checkpoint.test.ts). */
  const OTHER_PROTOCOL = /^\/audit\/witness\//;
  const ODD = ["0190a0a0-0000-7000-8000-000000000000", "%00", "%zz", "%E2%80%AE", "%ED%A0%80", MARK.repeat(1_500), "..%2f..%2f", "%27%3B--"];

  test("know nobody without a token, and refuse who has no permission", async () => {
    for (const { method, path, access } of doors().filter((door) => door.access !== "public")) {
      for (const headers of [{}, { authorization: `Bearer ${MARK}` }] as Record<string, string>[]) {
        const response = await send(path, { method, headers });
        expect([path, response.status, codesIn(await response.text())]).toEqual([path, 401, ["UNAUTHENTICATED"]]);
      }
      if (access === "token" || permissionsOf(["auditor"]).has(access)) continue;
      const response = await send(path, { method, headers: bearer("nobody") });
      expect([path, response.status, codesIn(await response.text())]).toEqual([path, 403, ["FORBIDDEN"]]);
    }
  });

  test("answer odd paths and bodies by name, and change nothing", async () => {
    const before = await contents();
    for (const { method, path } of doors().filter(({ path }) => !OTHER_PROTOCOL.test(path))) {
      for (const segment of path.includes(":") ? ODD : [""]) {
        for (const body of method === "GET" ? [undefined] : ["", "{", `"${MARK}"`, Buffer.from([0xff, 0x00]), Buffer.alloc(11 * 1024 * 1024)]) {
          const response = await send(path.replace(/:\w+/, segment), { method, headers: { ...json, ...bearer("caller") }, body });
          const said = await response.text();
          if (response.status === 200 && !path.includes(":")) continue;
          expect(codesIn(said)).toEqual([expect.stringMatching(/^(BAD_USER_INPUT|UNAUTHENTICATED|NOT_FOUND|TOO_LARGE)$/)]);
          expect(said).not.toContain(MARK);
        }
      }
    }
    expect(await contents()).toBe(before);
  });

  test("are not found where there are none", async () => {
    for (const path of ["/orders", `/${MARK}`, "/graphql/", "/%00", `/${"x".repeat(10_000)}`]) {
      const response = await send(path, { headers: bearer("caller") });
      expect([response.status, codesIn(await response.text())]).toEqual([404, ["NOT_FOUND"]]);
    }
  });
});
