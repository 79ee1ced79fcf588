import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../src/platform/clock";
import { type Answer, generateSigningKey, type Order, OUTCOMES, parseSigningKey, signMessage } from "../../../src/protocol";

export interface ReceivedOrder {
  readonly order: Order;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** HANG: never answers. RESET: breaks the connection. */
export type Reply = "HANG" | "RESET" | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer };

/** A service of our own behind real HTTP, which does what it is told: also all that a service must not do. */
export interface TestService {
  readonly key: string;
  readonly url: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly received: ReceivedOrder[];
  /** What it does with the next orders; at first it answers as it should. */
  reply: (received: ReceivedOrder) => Reply | Promise<Reply>;
  /** 200 with a complete answer, signed. */
  answered(order: Order, changes?: Partial<Answer>): Exclude<Reply, string>;
  /** Signs any body as its own. */
  sign(id: string, body: string): Record<string, string>;
  close(): Promise<void>;
}

/** Answers every dataset with the first outcome of the order's kind. */
export function completeAnswer(order: Order, observedAt: Date): Answer {
  return {
    orderId: order.orderId,
    kind: order.kind,
    dryRun: order.dryRun,
    observedAt: observedAt.toISOString(),
    results: order.datasets.map(({ namespace, name }) => ({ namespace, name, parts: [{ outcome: OUTCOMES[order.kind][0], count: 1 }] })),
  };
}

export async function startService(key: string, clock: Clock): Promise<TestService> {
  const keys = generateSigningKey();
  const signingKeys = [parseSigningKey(keys.privateKey)];
  const sign = (id: string, body: string): Record<string, string> => ({ ...signMessage(id, clock.now(), body, signingKeys) });
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const service: TestService = {
    key,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`,
    ...keys,
    received: [],
    reply: ({ order }) => service.answered(order),
    answered: (order, changes = {}) => {
      const body = JSON.stringify({ ...completeAnswer(order, clock.now()), ...changes });
      return { status: 200, headers: sign(order.orderId, body), body };
    },
    sign,
    close: () => close(server),
  };
  server.on("request", (request, response) => void answer(service, request, response));
  return service;
}

async function answer(service: TestService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const received = { order: JSON.parse(body) as Order, headers: request.headers, body };
  service.received.push(received);
  const reply = await service.reply(received);
  if (reply === "RESET") request.socket.resetAndDestroy();
  else if (reply !== "HANG") response.writeHead(reply.status, { ...reply.headers }).end(reply.body);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
