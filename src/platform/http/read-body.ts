import type { IncomingMessage } from "node:http";
import { Refusal } from "../errors";
import type { Reservation } from "./reservation";

const EMPTY = Buffer.alloc(0);

/** The client went away in the middle of its request: there is nobody to answer. */
export class ClientGone extends Error {}

/**
 * The body's bytes. Refuses (TOO_LARGE) as soon as the limit is passed or announced to be; what still arrives
 * is then read and thrown away, so that the client gets to see the answer instead of a reset connection.
 * Its bytes are taken from the reservation, which may refuse them too.
 */
export function readBody(request: IncomingMessage, limit: number, reservation?: Reservation): Promise<Buffer> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced === 0 && request.headers["transfer-encoding"] === undefined) return Promise.resolve(EMPTY);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (refusal: Error): void => {
      request.removeAllListeners("data").resume();
      reject(refusal);
    };
    const tooLarge = (): Refusal => new Refusal("TOO_LARGE", `The request body is longer than the ${limit} bytes taken here`);
    try {
      if (announced > limit) throw tooLarge();
      reservation?.grow(announced);
    } catch (refusal) {
      return refuse(refusal as Refusal);
    }
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      try {
        if (size > limit) throw tooLarge();
        if (announced === 0) reservation?.grow(chunk.length);
        chunks.push(chunk);
      } catch (refusal) {
        refuse(refusal as Refusal);
      }
    });
    request.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    request.once("close", () => request.complete || reject(new ClientGone()));
    request.once("error", () => reject(new ClientGone()));
  });
}
