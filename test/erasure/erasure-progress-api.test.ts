import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";
import { watchErasureRequest } from "../../src/erasure/use-cases/watch-erasure-request";
import { ERASURE_STATES } from "../../src/erasure/model";
import type { GraphqlAnswer } from "../support/server";
import { type ErasureApi, openErasureApi, openShop, type Who } from "./support/erasure-api";

const PROGRESS = "subscription ($id: ID!) { erasureRequestProgress(id: $id) { state result certificateId tasks { edges { node { service state } } } } }";
const NOTICE = "mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { state } }";

interface Seen {
  readonly state: (typeof ERASURE_STATES)[number];
  readonly result: string | null;
  readonly certificateId: string | null;
  readonly tasks: { readonly edges: readonly { readonly node: { readonly service: string; readonly state: string } }[] };
}
type Events = AsyncIterableIterator<GraphqlAnswer<{ erasureRequestProgress: Seen } | null>>;

let api: ErasureApi;
let closeClient: () => unknown = () => undefined;
beforeEach(async () => {
  api = await openErasureApi();
  await openShop(api, { people: [{ email: "ada@example.org", customer_id: "c-1" }], orders: [{ customer_id: "c-1" }], newsletter: [] });
});
afterEach(async () => {
  await closeClient();
  await api?.close();
});

const overWebSocket = (who: Who) => {
  const connectionParams = { authorization: `Bearer ${api.tokenOf(who)}` };
  const client = createWsClient({ url: `${api.server.url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket, connectionParams, retryAttempts: 0 });
  closeClient = () => client.dispose();
  return (id: string) => client.iterate({ query: PROGRESS, variables: { id } }) as Events;
};
const overEvents = (who: Who) => {
  const client = createSseClient({ url: `${api.server.url}/graphql`, headers: { authorization: `Bearer ${api.tokenOf(who)}` }, retryAttempts: 0 });
  closeClient = () => client.dispose();
  return (id: string) => client.iterate({ query: PROGRESS, variables: { id } }) as Events;
};

describe.each([
  ["WebSocket", overWebSocket],
  ["server-sent events", overEvents],
])("progress over %s", (_transport, connect) => {
  it("shows the way of a request to its certificate and its end", async () => {
    const { clock } = api.company.world;
    const id = await api.submit("ada@example.org");
    const events = connect("anna")(id);
    const states: string[] = [];
    /** Events up to one that shows what is awaited; states between two looks may pass unseen. */
    const until = async (awaited: (seen: Seen) => boolean): Promise<Seen> => {
      for (;;) {
        const { value, done } = await events.next();
        const seen = done ? undefined : (value as GraphqlAnswer<{ erasureRequestProgress: Seen }>).data.erasureRequestProgress;
        if (seen === undefined) throw new Error(`the events ended after ${states.join(", ")}`);
        states.push(seen.state);
        if (awaited(seen)) return seen;
      }
    };

    expect(await until(() => true)).toMatchObject({ state: "RECEIVED", tasks: { edges: [] } });
    await api.company.settle();
    expect((await until(({ state }) => state === "AWAITING_APPROVAL")).tasks.edges).toHaveLength(3);
    await api.approve(id);
    await until(({ state }) => state === "COOLING_OFF");
    await api.company.settle();
    await until(({ state, tasks }) => state === "VERIFYING" && tasks.edges.every(({ node }) => node.state === "ANSWERED"));
    clock.advance("PT5M");
    await api.company.settle();
    const certified = await until(({ certificateId }) => certificateId !== null);
    expect(certified).toMatchObject({ result: "COMPLETE", tasks: { edges: Array(3).fill({ node: { state: "VERIFIED" } }) as unknown } });
    expect(await api.codes("olga", NOTICE, { input: { id, kind: "COMPLETION", sentAt: clock.now().toISOString(), channel: "letter" } })).toEqual([]);
    await until(({ state }) => state === "CLOSED");
    expect((await events.next()).done).toBe(true);
    const order = states.map((state) => ERASURE_STATES.indexOf(state as Seen["state"]));
    expect(order).toEqual([...order].sort((one, other) => one - other));
  });

  it("of an ended request is its end, and nothing more", async () => {
    const id = await api.submit("ada@example.org");
    const REJECT = "mutation ($input: RejectErasureInput!) { rejectErasureRequest(input: $input) { id } }";
    expect(await api.codes("olga", REJECT, { input: { id, code: "no_match" } })).toEqual([]);
    const events = connect("olga")(id);
    expect((await events.next()).value).toMatchObject({ data: { erasureRequestProgress: { state: "REJECTED", result: "REFUSED" } } });
    expect((await events.next()).done).toBe(true);
  });

  it("of nothing is NOT_FOUND, and leaves the connection as it is", async () => {
    const watch = connect("olga");
    for (const unknown of ["0190a0a0-0000-7000-8000-000000000000", "x".repeat(10_000), "\u0000"]) {
      expect((await watch(unknown).next()).value).toMatchObject({ errors: [{ extensions: { code: "NOT_FOUND" } }] });
    }
    expect((await watch(await api.submit("ada@example.org")).next()).value).toMatchObject({ data: { erasureRequestProgress: { state: "RECEIVED" } } });
  });

  it("is nothing for a service or a reader", async () => {
    const id = await api.submit("ada@example.org");
    for (const who of ["orders", "rita"] as const) {
      expect((await connect(who)(id).next()).value).toMatchObject({ errors: [{ extensions: { code: "FORBIDDEN" } }] });
      await closeClient();
    }
  });
});

it("a watcher who leaves is let go at once, though nothing changes", async () => {
  const events = await watchErasureRequest(api.company.world.deps, await api.submit("ada@example.org"));
  await events.next();
  const waiting = events.next();
  await events.return?.();
  expect((await waiting).done).toBe(true);
});
