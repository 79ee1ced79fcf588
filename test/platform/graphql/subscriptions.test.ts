import { once } from "node:events";
import { connect } from "node:net";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import WebSocket from "ws";
import { waitFor } from "../../support/wait-for";
import { type Answer, type LibraryWorld, serveLibrary } from "./graphql-world";
import { shelf } from "./library";

const WATCH = `subscription ($id: ID = "1") { bookChanged(id: $id) { title author { name } } }`;

let world: LibraryWorld;
let closeClient: () => unknown = () => undefined;
beforeEach(async () => {
  shelf.version = 1;
  world = await serveLibrary();
});
afterEach(async () => {
  await closeClient();
  await world.stop();
});

type Subscribe = (query: string, variables?: Record<string, unknown>) => AsyncIterableIterator<unknown>;

const overWebSocket = (authorization?: string): Subscribe => {
  const client = createWsClient({
    url: `${world.url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
    retryAttempts: 0,
  });
  closeClient = () => client.dispose();
  return (query, variables) => client.iterate({ query, variables });
};

const overEvents = (authorization = ""): Subscribe => {
  const client = createSseClient({ url: `${world.url}/graphql`, headers: { authorization }, retryAttempts: 0 });
  closeClient = () => client.dispose();
  return (query, variables) => client.iterate({ query, variables });
};

const edition = (number: number) => ({ data: { bookChanged: { title: `Edition ${number}`, author: { name: "Author author-1" } } } });

describe.each([
  ["WebSocket", overWebSocket],
  ["server-sent events", overEvents],
])("over %s", (_transport, connect) => {
  test("a subscriber sees the state now, each change, and the end", async () => {
    const results = connect("Bearer all")(WATCH);
    expect(await results.next()).toEqual({ done: false, value: edition(1) });
    shelf.version = 2;
    expect(await results.next()).toEqual({ done: false, value: edition(2) });
    shelf.version = 9;
    expect(await results.next()).toEqual({ done: false, value: edition(9) });
    expect((await results.next()).done).toBe(true);
  });

  test("the source is let go when the subscriber leaves", async () => {
    const results = connect("Bearer all")(WATCH);
    await results.next();
    expect(shelf.watchers).toBe(1);
    await results.return?.();
    await waitFor(() => shelf.watchers === 0);
  });

  test("a token that is revoked ends the subscription at the next change", async () => {
    world.callers.set("Bearer brief", { principal: "guest", permissions: new Set(["library:book-changed"]) });
    const results = connect("Bearer brief")(WATCH);
    await results.next();
    world.callers.delete("Bearer brief");
    shelf.version = 2;
    const said = await results.next().then(
      ({ value }) => JSON.stringify(value),
      (errors: unknown) => JSON.stringify(errors),
    );
    expect(said).toContain("UNAUTHENTICATED");
    await waitFor(() => shelf.watchers === 0);
  });

  test("a refusal of the subscription is told, with its code", async () => {
    const answer = (await connect("Bearer all")(WATCH, { id: "book-404" }).next()).value as Answer;
    expect(answer.errors).toMatchObject([{ message: "No such book", extensions: { code: "NOT_FOUND", id: expect.any(String) } }]);
  });

  test("without the permission there is nothing to see, and the audit log learns of it", async () => {
    const answer = (await connect("Bearer nothing")(WATCH).next()).value as Answer;
    expect(answer.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    expect(world.denials).toEqual([{ action: "library.book-changed", actor: "visitor", object: undefined }]);
  });

  test("documents are held to the same limits, and errors to the same form", async () => {
    const tooLarge = `{ ${"__typename ".repeat(600)} }`;
    for (const [query, variables] of [
      [tooLarge],
      ["{ secret"],
      ["subscription ($id: ID!) { bookChanged(id: $id) { title } }", { id: { secret: 1 } }],
    ] as const) {
      const said = await connect("Bearer all")(query, variables)
        .next()
        .then(
          ({ value }) => JSON.stringify(value),
          (errors: unknown) => JSON.stringify(errors),
        );
      expect(said).toContain('"code":"BAD_USER_INPUT"');
      expect(said).not.toContain("secret");
    }
  });

  test("queries and mutations are answered, too", async () => {
    const results = connect("Bearer all")(`mutation { addBook(input: { title: "Faust" }) { title } }`);
    expect([await results.next(), (await results.next()).done]).toEqual([
      { done: false, value: { data: { addBook: { title: "Faust" } } } },
      true,
    ]);
  });

  test("an unknown bearer is turned away", async () => {
    await expect(connect("Bearer nobody")(WATCH).next()).rejects.toBeDefined();
    await expect(connect(undefined)(WATCH).next()).rejects.toBeDefined();
    expect(shelf.watchers).toBe(0);
  });

  test("subscriptions end when the server stops", async () => {
    const results = connect("Bearer all")(WATCH);
    await results.next();
    const end = results.next().then(
      ({ done }) => done,
      () => true,
    );
    await world.stop();
    expect([await end, shelf.watchers]).toEqual([true, 0]);
  });
});

test("a WebSocket client may bring its token in the handshake", async () => {
  class WithHeader extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, { headers: { authorization: "Bearer all" } });
    }
  }
  const client = createWsClient({ url: `${world.url.replace("http", "ws")}/graphql`, webSocketImpl: WithHeader });
  closeClient = () => client.dispose();
  expect(await client.iterate({ query: "{ __typename }" }).next()).toEqual({ done: false, value: { data: { __typename: "Query" } } });
});

test("an unknown bearer's WebSocket is closed as forbidden", async () => {
  const socket = new WebSocket(`${world.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init", payload: { authorization: "Bearer nobody" } })));
  expect(await new Promise((resolve) => socket.on("close", resolve))).toBe(4403);
});

test("a client that does not answer the goodbye does not keep the server from stopping", async () => {
  const { hostname, port } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  const key = Buffer.alloc(16).toString("base64");
  const handshake = ["connection: upgrade", "upgrade: websocket", "sec-websocket-version: 13", `sec-websocket-key: ${key}`];
  socket.write(`GET /graphql HTTP/1.1\r\nhost: x\r\n${handshake.join("\r\n")}\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 101 /);
  const started = performance.now();
  await world.stop();
  expect(performance.now() - started).toBeLessThan(5_000);
  socket.destroy();
});

test("a mutation by GET is refused as a stream, too", async () => {
  const query = encodeURIComponent(`mutation { addBook(input: { title: "Faust" }) { id } }`);
  const response = await fetch(`${world.url}/graphql?query=${query}`, {
    headers: { authorization: "Bearer all", accept: "text/event-stream" },
  });
  expect([response.status, ((await response.json()) as Answer).errors?.[0]?.extensions.code]).toEqual([400, "BAD_USER_INPUT"]);
});
