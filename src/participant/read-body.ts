import type { Readable } from "node:stream";
import { MAX_ORDER_BYTES } from "../protocol";

/** The raw bytes of a request; of one that is too large only as many as show that it is. */
export async function readBody(request: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    // Reading on without keeping lets the sender finish, and so read our refusal.
    if (size <= MAX_ORDER_BYTES) chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}
