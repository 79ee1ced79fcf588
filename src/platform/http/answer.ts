import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { ClientGone } from "./read-body";
import type { HttpResponse } from "./route";

const DEFAULT_HEADERS = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/** Sends an answer; a streamed body goes out with back-pressure and is abandoned when the client leaves. */
export async function answer(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  id: string,
  hangUp: boolean,
): Promise<void> {
  response.statusCode = status;
  const all = { ...DEFAULT_HEADERS, ...headers, "x-request-id": id, ...(hangUp ? { connection: "close" } : {}) };
  for (const [name, value] of Object.entries(all)) response.setHeader(name, value);
  if (body === undefined || typeof body === "string" || Buffer.isBuffer(body)) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  await pipeline(body, response).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ERR_STREAM_PREMATURE_CLOSE" ? new ClientGone() : error;
  });
}
