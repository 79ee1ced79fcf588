import { createServer, request, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createParticipant, toNodeHandler, type ParticipantDataset, type ParticipantOptions } from "../../src/participant";
import {
  checkAnswer, generateSigningKey, parseSigningKey, parseVerifyingKey, signMessage, verifyMessage,
  type Answer, type Order,
} from "../../src/protocol";
import { TestClock } from "../support/test-clock";

export const ORDERS = { namespace: "postgres://shop:5432", name: "shop.public.orders" };
export const CARTS = { namespace: "postgres://shop:5432", name: "shop.public.carts" };

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body's `code`, where it has one. */
  readonly code: string | undefined;
}

/** The sender's side in a test: signs orders, posts them over real HTTP, and believes only answers that hold. */
export class Office {
  readonly clock = new TestClock();
  readonly key = generateSigningKey();
  readonly serviceKey = generateSigningKey();
  private readonly servers: Server[] = [];
  private sent = 0;

  /** A participant behind a real server. */
  async serve<Tx = undefined>(datasets: ParticipantDataset<Tx>[], options: Partial<ParticipantOptions<Tx>> = {}) {
    const all = {
      service: "orders", privateKey: this.serviceKey.privateKey, trust: { keys: [this.key.publicKey] }, clock: this.clock,
      onError: () => undefined, datasets, ...options,
    };
    const participant = createParticipant(all as ParticipantOptions<Tx> & { store: never });
    return { participant, url: await this.listen(toNodeHandler(participant)) };
  }

  async listen(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    })));
  }

  order(parts: Partial<Order> = {}): Order {
    this.sent += 1;
    return {
      orderId: `order-${this.sent}`, kind: "erase", attempt: 1, audience: "service:orders", submitted_time: "2026-03-01T00:00:00Z", due: null, dryRun: false,
      subject_identities: [{ identity_type: "email", identity_value: "jane@example.com", identity_format: "raw" }],
      datasets: [ORDERS], status_callback_urls: [],
      ...parts,
    };
  }

  send(url: string, order: Order, change: Record<string, string> = {}): Promise<Response> {
    const body = JSON.stringify(order);
    return post(url, body, { ...signMessage(order.orderId, this.clock.now(), body, [parseSigningKey(this.key.privateKey)]), ...change });
  }

  /** The answer, if it is final, signed by the service and accounts for the whole order. */
  read(order: Order, response: Response): Answer {
    expect(response).toMatchObject({ status: 200 });
    const verified = verifyMessage(response.headers, response.body, [parseVerifyingKey(this.serviceKey.publicKey)], this.clock.now());
    expect(verified).toMatchObject({ id: order.orderId });
    const checked = checkAnswer(order, response.body);
    if (checked.fault) throw new Error(`${checked.fault}: ${checked.detail}`);
    return checked.answer;
  }

  async ask(url: string, order: Order): Promise<Answer> {
    return this.read(order, await this.send(url, order));
  }

  /** The outcomes of a single-dataset order, such as `["ERASED 3"]`. */
  async outcomes(url: string, order: Order): Promise<string[]> {
    return outcomesOf(await this.ask(url, order));
  }
}

export const outcomesOf = (answer: Answer): string[] =>
  answer.results.flatMap(({ parts }) => parts.map(({ outcome, count }) => `${outcome} ${count}`));

/** Plain node:http: no retries, no redirects, any method, and headers as given. */
export function post(url: string, body: string | Buffer, headers: Record<string, string>, method = "POST"): Promise<Response> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers: { "content-type": "application/json", ...headers }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, code: codeIn(text) });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}

function codeIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { code?: string }).code;
  } catch {
    return undefined;
  }
}
