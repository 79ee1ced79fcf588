import type { IncomingMessage } from "node:http";
import { Refusal } from "../errors";

const EMPTY = Buffer.alloc(0);

/** The client went away in the middle of its request: there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * The body's bytes. Refuses (TOO_LARGE) as soon as the limit is passed or announced to be; what still arrives
 * is then read and thrown away, so that the client gets to see the answer instead of a reset connection.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced === 0 && request.headers["transfer-encoding"] === undefined) return Promise.resolve(EMPTY);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      request.removeAllListeners("data").resume();
      reject(new Refusal("TOO_LARGE", `The request body is longer than the ${limit} bytes taken here`));
    };
    if (announced > limit) return refuse();
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) refuse();
      else chunks.push(chunk);
    });
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    request.once("close", () => request.complete || reject(new ClientGone()));
    request.once("error", () => reject(new ClientGone()));
  });
}
