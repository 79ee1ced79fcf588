import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { badInput, conflict } from "../../../src/platform/errors";
import { json, type Route, text } from "../../../src/platform/http/route";
import { waitFor } from "../../support/wait-for";
import { type HttpWorld, serveRoutes } from "./http-world";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ADA = { authorization: "Bearer ada" };
const BOB = { authorization: "Bearer bob" };

let world: HttpWorld;
let ticks: { wake: () => void; left: boolean };

const routes: Route[] = [
  { method: "GET", path: "/books/:title", access: "public", handle: async ({ params }) => json(200, params) },
  { method: "GET", path: "/books/index", access: "public", handle: async () => json(200, { all: true }) },
  { method: "GET", path: "/files/*", access: "public", handle: async ({ params }) => text(200, params["*"] ?? "") },
  { method: "POST", path: "/echo", access: "public", bodyLimit: 1000, handle: async ({ body }) => ({ status: 200, body }) },
  { method: "GET", path: "/shelf", access: "shelf:read", handle: async ({ caller }) => json(200, { principal: caller?.principal }) },
  { method: "POST", path: "/shelf", access: "shelf:read", handle: async () => Promise.reject(conflict("The shelf is full", "shelf:1")) },
  { method: "GET", path: "/me", access: "token", handle: async ({ caller }) => json(200, { principal: caller?.principal }) },
  { method: "GET", path: "/wrong", access: "public", handle: async () => Promise.reject(badInput("title: must be a text")) },
  { method: "GET", path: "/broken", access: "public", handle: async () => Promise.reject(new Error("secret@example.org")) },
  {
    method: "GET",
    path: "/ticks",
    access: "public",
    handle: async ({ signal }) => ({
      status: 200,
      body: (async function* () {
        while (!signal.aborted) {
          yield "tick\n";
          await new Promise<void>((resolve) => {
            ticks.wake = resolve;
            signal.addEventListener("abort", () => resolve());
          });
        }
        ticks.left = true;
        yield "end\n";
      })(),
    }),
  },
];

beforeEach(async () => {
  ticks = { wake: () => undefined, left: false };
  world = await serveRoutes(() => routes);
});
afterEach(() => world.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${world.url}${path}`, { headers });

describe("routes", () => {
  test("a literal path wins over a pattern, whichever was given first", async () => {
    expect(await (await get("/books/index")).json()).toEqual({ all: true });
    expect(await (await get("/books/Faust%20I%2FII")).json()).toEqual({ title: "Faust I/II" });
  });

  test("the tail of a path is taken as it is", async () => {
    expect(await (await get("/files/x001/x234/067")).text()).toBe("x001/x234/067");
  });

  test("an unknown path is not found, a malformed segment too", async () => {
    for (const path of ["/nowhere", "/books", "/books/", "/books/a/b", "/books/%zz"]) {
      const response = await get(path);
      expect([path, response.status, await response.json()]).toEqual([
        path,
        404,
        expect.objectContaining({ code: "NOT_FOUND", id: expect.stringMatching(UUID) }),
      ]);
    }
  });

  test("another method than those of the path is refused, naming them", async () => {
    const response = await fetch(`${world.url}/shelf`, { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  });

  test("HEAD is answered like GET, without the body", async () => {
    const response = await fetch(`${world.url}/books/index`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

describe("callers", () => {
  test("without a valid token a guarded route answers 401 and says which scheme it takes", async () => {
    for (const headers of [{}, { authorization: "Bearer eve" }]) {
      const response = await get("/me", headers as Record<string, string>);
      expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(await response.json()).toEqual({
        code: "UNAUTHENTICATED",
        id: response.headers.get("x-request-id"),
        message: "A bearer token is needed",
      });
    }
  });

  test("the token is asked for before the body is read", async () => {
    const response = await fetch(`${world.url}/shelf`, { method: "POST", body: "x".repeat(5_000_000) });
    expect(response.status).toBe(401);
  });

  test("without the route's permission a caller is refused, and the audit log learns of it", async () => {
    expect(await (await get("/shelf", ADA)).json()).toEqual({ principal: "ada" });
    const response = await get("/shelf", BOB);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([403, "FORBIDDEN"]);
    expect(world.denials).toEqual([{ action: "shelf.read", actor: "bob", object: undefined }]);
  });

  test("a conflict is written to the audit log with its object, a mere mistake of the caller is not", async () => {
    expect((await fetch(`${world.url}/shelf`, { method: "POST", headers: ADA })).status).toBe(409);
    expect((await get("/wrong")).status).toBe(400);
    expect(world.denials).toEqual([{ action: "shelf.read", actor: "ada", object: "shelf:1" }]);
  });
});

describe("refusals", () => {
  test("what is no refusal is masked, and found in the log under the answer's id, without its message", async () => {
    const response = await get("/broken");
    const body = (await response.json()) as { code: string; id: string };
    expect([response.status, body.code]).toEqual([500, "INTERNAL"]);
    expect(world.logged.find(({ msg }) => msg === "request failed")).toMatchObject({ requestId: body.id, route: "/broken" });
    expect(JSON.stringify(body)).not.toContain("secret");
  });

  test("a body beyond the route's limit is refused, announced or not, and the connection stays usable", async () => {
    const announced = await fetch(`${world.url}/echo`, { method: "POST", body: "x".repeat(1001) });
    const chunks = new Blob(["x".repeat(600), "x".repeat(600)]).stream();
    const streamed = await fetch(`${world.url}/echo`, { method: "POST", body: chunks, duplex: "half" });
    for (const response of [announced, streamed]) {
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, "TOO_LARGE"]);
    }
    expect(await (await fetch(`${world.url}/echo`, { method: "POST", body: "x".repeat(1000) })).text()).toHaveLength(1000);
  });

  test("a 10 MB body does not keep its sender from hearing the refusal", async () => {
    const response = await fetch(`${world.url}/echo`, { method: "POST", body: Buffer.alloc(10_000_000) });
    expect(response.status).toBe(413);
  });
});

describe("streams", () => {
  test("an answer is streamed as it is made, and ends when the client leaves", async () => {
    const leaving = new AbortController();
    const response = await fetch(`${world.url}/ticks`, { signal: leaving.signal });
    const reader = response.body!.getReader();
    expect(Buffer.from((await reader.read()).value).toString()).toBe("tick\n");
    ticks.wake();
    expect(Buffer.from((await reader.read()).value).toString()).toBe("tick\n");
    leaving.abort();
    await waitFor(() => ticks.left);
  });
});

describe("log and figures", () => {
  test("each request has an id of its own and one line in the log, without its path's values", async () => {
    const ids = await Promise.all([1, 2].map(async () => (await get("/books/secret", ADA)).headers.get("x-request-id")));
    expect(new Set(ids).size).toBe(2);
    await waitFor(() => world.logged.length === 2);
    expect(world.logged.map(({ requestId }) => requestId).sort()).toEqual(ids.sort());
    expect(world.logged[0]).toMatchObject({ method: "GET", route: "/books/:title", status: 200 });
    expect(JSON.stringify(world.logged)).not.toContain("secret");
  });

  test("requests are counted by route, so that no path a client makes up becomes a series", async () => {
    await get("/books/a");
    await get("/made-up");
    const figures = await waitFor(async () => {
      const text = await world.metrics.registry.metrics();
      return text.includes('route="none"') && text;
    });
    expect(figures).toContain('cadastre_http_requests_total{route="/books/:title",method="GET",status="200"} 1');
    expect(figures).toContain('cadastre_http_requests_total{route="none",method="none",status="404"} 1');
    expect(figures).not.toContain("made-up");
  });
});

describe("hostile clients", () => {
  const dial = async (limits: Parameters<typeof serveRoutes>[1]): Promise<Socket> => {
    await world.close();
    world = await serveRoutes(() => routes, limits);
    const socket = connect(world.port, "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  const answerTo = async (socket: Socket): Promise<string> => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    await once(socket, "close");
    return Buffer.concat(chunks).toString();
  };

  test("who dribbles headers is cut off with 408", async () => {
    const socket = await dial({ headersMs: 300, requestMs: 300 });
    socket.write("GET /books/index HTTP/1.1\r\nhost: x\r\nx-slow: ");
    expect(await answerTo(socket)).toMatch(/^HTTP\/1.1 408 [\s\S]*"code":"BAD_USER_INPUT","id":"[0-9a-f-]{36}"\}$/);
  });

  test("who dribbles a body is cut off with 408", async () => {
    const socket = await dial({ headersMs: 300, requestMs: 300 });
    socket.write("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc");
    expect(await answerTo(socket)).toMatch(/^HTTP\/1.1 408 /);
  });

  test("headers beyond the limit are refused", async () => {
    const socket = await dial({ headerBytes: 4096 });
    socket.write(`GET /books/index HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(5000)}\r\n\r\n`);
    expect(await answerTo(socket)).toMatch(/^HTTP\/1.1 431 [\s\S]*TOO_LARGE/);
  });

  test("what is not HTTP is refused", async () => {
    const socket = await dial({});
    socket.write("BREW pot-1 HTCPCP/1.0\r\n\r\n");
    expect(await answerTo(socket)).toMatch(/^HTTP\/1.1 400 /);
  });

  test("nobody answers an upgrade that no door takes", async () => {
    const socket = await dial({});
    socket.write("GET /books/index HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    expect(await answerTo(socket)).toMatch(/^HTTP\/1.1 404 /);
  });
});

describe("shutdown", () => {
  /** A request whose headers the server has seen and whose body it waits for. */
  const beginUpload = async (): Promise<Socket> => {
    const socket = connect(world.port, "127.0.0.1");
    socket.write("POST /echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n");
    await once(socket, "data");
    return socket;
  };

  test("streams end by themselves, then the server is closed and takes no connection", async () => {
    const response = await fetch(`${world.url}/ticks`);
    const rest = response.text();
    world.stopping.abort();
    await world.server.close(5_000);
    expect(await rest).toBe("tick\nend\n");
    await expect(get("/books/index")).rejects.toThrow();
  });

  test("a request under way is answered, and told that its connection ends", async () => {
    const socket = await beginUpload();
    world.stopping.abort();
    const closed = world.server.close(5_000);
    socket.write("abcde");
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 [\s\S]*connection: close/i);
    await closed;
  });

  test("who does not finish by the deadline is cut off", async () => {
    const socket = await beginUpload();
    const ended = once(socket, "close");
    await world.server.close(50);
    await ended;
  });
});
