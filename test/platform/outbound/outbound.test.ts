import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from "node:net";
import { join } from "node:path";
import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { createOutbound, type Outbound } from "../../../src/platform/outbound/outbound";
import { waitFor } from "../../support/wait-for";

const fixture = (name: string): string => join(__dirname, "fixtures", name);
const open: (Server | RawServer)[] = [];
let outbound: Outbound;

beforeEach(() => {
  outbound = createOutbound({ allow: ["127.0.0.0/8"] });
});
afterEach(async () => {
  for (const server of open.splice(0)) {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  }
  await outbound.close();
});

async function listen<S extends RawServer>(server: S): Promise<S & { port: number }> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(server, { port: (server.address() as AddressInfo).port });
}

const serve = async (handle: RequestListener): Promise<string> => `http://127.0.0.1:${(await listen(createServer(handle))).port}/path?q=1`;

/** A server that speaks no HTTP of its own: it does with each connection what it is told. */
async function serveRaw(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    handle(socket);
  });
  Object.assign(server, { closeAllConnections: () => sockets.forEach((socket) => socket.destroy()) });
  return `http://127.0.0.1:${(await listen(server)).port}/`;
}

const post = (url: string, limits: { timeoutMs?: number; maxBytes?: number } = {}) => outbound.post(url, { body: "{}", ...limits });

describe("a call", () => {
  test("carries its headers and body unchanged and brings back status, headers and bytes", async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method, url, headers } = request;
        seen = { method, url, id: headers["webhook-id"], encoding: headers["accept-encoding"], body: Buffer.concat(chunks).toString() };
        response.writeHead(451, { "X-One": ["1", "2"] }).end(Buffer.from([0, 255]));
      });
    });
    const answer = await outbound.post(url, { headers: { "webhook-id": "7" }, body: "{ }" });
    expect(seen).toEqual({ method: "POST", url: "/path?q=1", id: "7", encoding: undefined, body: "{ }" });
    expect(answer).toMatchObject({ status: 451, body: Buffer.from([0, 255]) });
    expect(answer.headers["x-one"]).toMatch(/^1, ?2$/);
  });

  test("may also be a GET, and its answer may have no body", async () => {
    const url = await serve((request, response) => response.writeHead(request.method === "GET" ? 204 : 500).end());
    await expect(outbound.get(url)).resolves.toMatchObject({ status: 204, body: Buffer.alloc(0) });
  });

  test("does not follow a redirect", async () => {
    let visits = 0;
    const url = await serve((_request, response) => {
      visits += 1;
      response.writeHead(301, { location: "/elsewhere" }).end();
    });
    await expect(post(url)).resolves.toMatchObject({ status: 301 });
    expect(visits).toBe(1);
  });

  test("waits for the answer that follows early hints", async () => {
    const url = await serve((_request, response) => response.writeEarlyHints({ link: "</x>; rel=preload" }, () => response.end("late")));
    await expect(post(url)).resolves.toMatchObject({ status: 200, body: Buffer.from("late") });
  });

  test("finds a connection open from the calls before", async () => {
    const server = await listen(createServer((_request, response) => response.end()));
    let connections = 0;
    server.on("connection", () => (connections += 1));
    for (let call = 0; call < 20; call += 1) await post(`http://127.0.0.1:${server.port}/`);
    expect(connections).toBeLessThanOrEqual(2);
  });
});

describe("a call fails with TIMEOUT", () => {
  test("when the answer drips in byte by byte", async () => {
    let closed = false;
    const url = await serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
      const drip = setInterval(() => socket.write("x"), 20);
      socket.on("close", () => {
        clearInterval(drip);
        closed = true;
      });
    });
    await expect(post(url, { timeoutMs: 300 })).rejects.toMatchObject({ name: "OutboundFailure", code: "TIMEOUT" });
    await waitFor(() => closed);
  });

  test("when no answer comes", async () => {
    const url = await serveRaw((socket) => socket.resume());
    await expect(post(url, { timeoutMs: 100 })).rejects.toMatchObject({ code: "TIMEOUT" });
  });

  test("when it waited too long for a free connection, and is not made then", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      setTimeout(() => response.end(), 400);
    });
    const patient = Array.from({ length: 64 }, () => post(url));
    const hasty = Array.from({ length: 5 }, () => post(url, { timeoutMs: 50 }));
    for (const call of hasty) await expect(call).rejects.toMatchObject({ code: "TIMEOUT" });
    await Promise.all(patient);
    await post(url);
    expect(requests).toBe(65);
  });
});

describe("a call fails with NETWORK", () => {
  test("when nobody listens", async () => {
    const server = await listen(createServer());
    await new Promise((resolve) => server.close(resolve));
    await expect(post(`http://127.0.0.1:${server.port}/`)).rejects.toMatchObject({ code: "NETWORK", message: expect.stringContaining("ECONNREFUSED") });
  });

  test("when the connection is reset before the answer", async () => {
    const url = await serveRaw((socket) => socket.once("data", () => socket.resetAndDestroy()));
    await expect(post(url)).rejects.toMatchObject({ code: "NETWORK" });
  });

  test("when the connection breaks in the middle of the answer", async () => {
    const url = await serveRaw((socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")));
    await expect(post(url)).rejects.toMatchObject({ code: "NETWORK" });
  });

  test("when the answer is not HTTP", async () => {
    const url = await serveRaw((socket) => socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n")));
    await expect(post(url)).rejects.toMatchObject({ code: "NETWORK" });
  });

  test("when the name does not exist", async () => {
    await expect(post("https://nowhere.invalid/")).rejects.toMatchObject({ code: "NETWORK" });
  });
});

describe("a call fails with TOO_LARGE", () => {
  const tenMegabytes = Buffer.alloc(10 * 1024 * 1024, "x");

  test("when 10 MB are announced", async () => {
    const url = await serve((_request, response) => response.writeHead(200, { "content-length": tenMegabytes.length }).end(tenMegabytes));
    await expect(post(url)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  test("when bytes come without end and the rest is not read", async () => {
    let closed = false;
    const url = await serve((_request, response) => {
      const endless = new Readable({ read: () => endless.push(Buffer.alloc(65_536)) });
      pipeline(endless, response, () => (closed = true));
    });
    await expect(post(url)).rejects.toMatchObject({ code: "TOO_LARGE" });
    await waitFor(() => closed);
  });

  test("but not when the answer has exactly the allowed length", async () => {
    const url = await serve((_request, response) => response.end("12345"));
    await expect(post(url, { maxBytes: 5 })).resolves.toMatchObject({ status: 200 });
    await expect(post(url, { maxBytes: 4 })).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  test("when the headers are too long", async () => {
    const url = await serveRaw((socket) => socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}\r\n\r\n`)));
    await expect(post(url)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  test("when the answer is compressed although nobody asked for it", async () => {
    const url = await serve((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("x"));
    await expect(post(url)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });
});

describe("a call fails with REFUSED_ADDRESS", () => {
  let visits: number;
  let port: number;
  beforeEach(async () => {
    visits = 0;
    port = (await listen(createServer((_request, response) => response.end()).on("connection", () => (visits += 1)))).port;
  });

  test.each([
    ["a loopback address", () => `https://127.0.0.1:${port}/`],
    ["a loopback address over http", () => `http://127.0.0.1:${port}/`],
    ["a loopback address in another notation", () => `http://0x7f000001:${port}/`],
    ["an IPv6 loopback address", () => `https://[::1]:${port}/`],
    ["a name that resolves to loopback", () => `https://localhost:${port}/`],
    ["a public address over http", () => "http://93.184.215.14/"],
    ["credentials in the URL", () => `https://user:password@example.org/`],
    ["another protocol", () => "file:///etc/passwd"],
    ["no URL", () => "orders"],
  ])("for %s", async (_name, url) => {
    const strict = createOutbound({ allow: [] });
    await expect(strict.post(url(), { body: "{}" })).rejects.toMatchObject({ name: "OutboundFailure", code: "REFUSED_ADDRESS" });
    expect(visits).toBe(0);
    await strict.close();
  });

  test("but a name is taken whose address is allowed", async () => {
    await expect(post(`http://localhost:${port}/`)).resolves.toMatchObject({ status: 200 });
  });
});

describe("over TLS", () => {
  async function serveSecurely(): Promise<string> {
    const identity = { cert: readFileSync(fixture("localhost-cert.pem")), key: readFileSync(fixture("localhost-key.pem")) };
    const server = await listen(createSecureServer(identity, (request, response) => response.end(request.headers.host)));
    return `https://localhost:${server.port}/`;
  }

  test("an unknown certificate is not trusted", async () => {
    await expect(post(await serveSecurely())).rejects.toMatchObject({ code: "NETWORK" });
  });

  test("a trusted one is, for the name that was called, not for the address", async () => {
    const url = await serveSecurely();
    const script = `
      const { createOutbound } = require("./src/platform/outbound/outbound");
      const outbound = createOutbound({ allow: ["127.0.0.0/8"] });
      const call = (url) => outbound.get(url).then((answer) => answer.status, (failure) => failure.message);
      (async () => console.log(JSON.stringify([await call(process.argv[1]), await call(process.argv[1].replace("localhost", "127.0.0.1"))])))();`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", "./scripts/swc-register.cjs", "-e", script, url], {
      cwd: join(__dirname, "../../.."),
      env: { ...process.env, NODE_EXTRA_CA_CERTS: fixture("localhost-cert.pem") },
    });
    expect(JSON.parse(stdout)).toEqual([200, expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID")]);
  });
});

describe("connections", () => {
  test("to one origin are bounded, and the others wait", async () => {
    const server = createServer((_request, response) => setTimeout(() => response.end(), 20));
    const { port } = await listen(server);
    let most = 0;
    server.on("connection", () => server.getConnections((_error, count) => (most = Math.max(most, count))));
    const answers = await Promise.all(Array.from({ length: 200 }, () => post(`http://127.0.0.1:${port}/`)));
    expect(answers).toHaveLength(200);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(64);
  });

  test("to an origin that nobody calls any more are closed", async () => {
    const sockets = new Set<Socket>();
    const server = createServer((_request, response) => response.end());
    server.keepAliveTimeout = 0;
    server.on("connection", (socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
    const { port } = await listen(server);
    const shortLived = createOutbound({ allow: ["127.0.0.0/8"], idleMs: 50 });
    await shortLived.post(`http://127.0.0.1:${port}/`, { body: "{}" });
    expect(sockets.size).toBe(1);
    const began = performance.now();
    await waitFor(() => sockets.size === 0);
    expect(performance.now() - began).toBeLessThan(2000);
    await expect(shortLived.get(`http://127.0.0.1:${port}/`)).resolves.toMatchObject({ status: 200 });
    await shortLived.close();
  });

  test("are closed at the end, after the calls under way", async () => {
    const url = await serve((_request, response) => setTimeout(() => response.end("done"), 100));
    const underWay = post(url);
    const closing = outbound.close();
    await expect(underWay).resolves.toMatchObject({ body: Buffer.from("done") });
    await closing;
    await expect(post(url)).rejects.toMatchObject({ code: "NETWORK", message: expect.stringContaining("stopping") });
  });
});
