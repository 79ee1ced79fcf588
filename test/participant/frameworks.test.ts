import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import fastify from "fastify";
import { erased, toExpress, toFastifyPlugin, toNodeHandler, type Participant } from "../../src/participant";
import { MAX_ORDER_BYTES } from "../../src/protocol";
import { Office, ORDERS, post } from "./office";

interface Mounted {
  readonly url: string;
  readonly close: () => Promise<unknown>;
}

const closing = (server: ReturnType<typeof createServer>) => () => new Promise((resolve) => server.close(resolve));
const urlOf = (server: ReturnType<typeof createServer>): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/cadastre`;

const FRAMEWORKS: Record<string, (participant: Participant) => Promise<Mounted>> = {
  "node:http": async (participant) => {
    const server = createServer(toNodeHandler(participant));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { url: urlOf(server), close: closing(server) };
  },
  "Express": (participant) => serveExpress(express().all("/cadastre", toExpress(participant)).use(express.json())),
  "Express behind express.raw()": (participant) => serveExpress(express().use(express.raw({ type: "*/*", limit: "2mb" })).all("/cadastre", toExpress(participant))),
  "Fastify": async (participant) => {
    const app = fastify();
    app.post("/json", (request) => ({ got: request.body }));
    await app.register(toFastifyPlugin(participant), { path: "/cadastre" });
    await app.listen({ port: 0, host: "127.0.0.1" });
    return { url: urlOf(app.server), close: () => app.close() };
  },
};

async function serveExpress(app: express.Express): Promise<Mounted> {
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: urlOf(server), close: closing(server) };
}

const office = new Office();
afterAll(() => office.close());

describe.each(Object.keys(FRAMEWORKS))("on %s", (name) => {
  let mounted: Mounted;
  beforeAll(async () => {
    const { participant } = await office.serve([{ ...ORDERS, erase: () => erased(1) }]);
    mounted = await FRAMEWORKS[name]!(participant);
  });
  afterAll(() => mounted.close());

  it("an order is verified over its raw bytes and answered with signed headers", async () => {
    expect(await office.outcomes(mounted.url, office.order({ subject_identities: [{ identity_type: "email", identity_value: "jürgen@example.com", identity_format: "raw" }] }))).toEqual(["ERASED 1"]);
  });

  it("a forged order is refused", async () => {
    expect(await office.send(mounted.url, office.order(), { "webhook-id": "another" })).toMatchObject({ status: 401, code: "BAD_SIGNATURE" });
  });

  it("an order that is too large is refused", async () => {
    expect(await office.send(mounted.url, office.order({ reason: "x".repeat(MAX_ORDER_BYTES) }))).toMatchObject({ status: 413, code: "TOO_LARGE" });
  });

  it("another method is refused", async () => {
    expect(await post(mounted.url, "", {}, "PUT")).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
  });

  it("a body in pieces is put together", async () => {
    expect(await office.send(mounted.url, office.order(), { "transfer-encoding": "chunked" })).toMatchObject({ status: 200 });
  });
});

it("Fastify keeps its body parsers beside the plugin", async () => {
  const { participant } = await office.serve([{ ...ORDERS, erase: () => erased(1) }]);
  const mounted = await FRAMEWORKS.Fastify!(participant);
  expect((await post(mounted.url.replace("/cadastre", "/json"), '{"a":1}', {})).body).toBe('{"got":{"a":1}}');
  await mounted.close();
});

it("in Express, a body that was parsed before it could be verified is an error that says so", async () => {
  const { participant } = await office.serve([{ ...ORDERS, erase: () => erased(1) }]);
  const errors: string[] = [];
  const app = express().use(express.json()).post("/cadastre", toExpress(participant));
  app.use((error: Error, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
    errors.push(error.message);
    response.status(500).end();
  });
  const mounted = await serveExpress(app);
  expect(await office.send(mounted.url, office.order())).toMatchObject({ status: 500 });
  expect(errors).toEqual([expect.stringContaining("before express.json()")]);
  await mounted.close();
});
