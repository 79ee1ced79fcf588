import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createSocketServer } from "node:net";
import { generateSigningKey, parseSigningKey, signMessage, type Order } from "../src/protocol";

export interface Endpoints {
  readonly urls: readonly string[];
  /** Public key with which every endpoint signs its answers. */
  readonly publicKey: string;
  close(): void;
}

/** Endpoints in a process of their own that answer every order NOT_FOUND, signed; the last `dead` of them accept connections and never answer. */
export async function startEndpoints(count: number, dead = 0): Promise<Endpoints> {
  const child = fork(__filename, ["--serve", String(count), String(dead)], { execArgv: process.execArgv });
  const started = await new Promise<{ urls: string[]; publicKey: string }>((resolve, reject) => {
    child.once("message", (message) => resolve(message as { urls: string[]; publicKey: string }));
    child.once("exit", () => reject(new Error("the endpoints did not start")));
  });
  return { ...started, close: () => void child.kill() };
}

async function serve(count: number, dead: number): Promise<void> {
  const pair = generateSigningKey();
  const key = parseSigningKey(pair.privateKey);
  const living = Array.from({ length: count - dead }, () =>
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk)).on("end", () => {
        const { orderId, kind, dryRun, datasets } = JSON.parse(Buffer.concat(chunks).toString()) as Order;
        const observedAt = new Date().toISOString();
        const results = datasets.map(({ namespace, name }) => ({ namespace, name, parts: [{ outcome: "NOT_FOUND", count: 0 }] }));
        const body = JSON.stringify({ orderId, kind, dryRun, observedAt, results });
        response.writeHead(200, { "content-type": "application/json", ...signMessage(orderId, new Date(), body, [key]) }).end(body);
      });
    }),
  );
  const servers = [...living, ...Array.from({ length: dead }, () => createSocketServer(() => undefined))];
  const urls = await Promise.all(
    servers.map((server) => new Promise<string>((resolve) => server.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`)))),
  );
  process.send?.({ urls, publicKey: pair.publicKey });
  process.once("disconnect", () => process.exit());
}

if (process.argv[2] === "--serve") void serve(Number(process.argv[3]), Number(process.argv[4]));
