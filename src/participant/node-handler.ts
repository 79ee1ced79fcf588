import type { IncomingMessage, ServerResponse } from "node:http";
import type { Participant } from "./participant";
import { readBody } from "./read-body";

type Answering = Pick<Participant, "handle">;
/** Express: the raw bytes if `express.raw()` ran before, the parsed body if another parser did. */
type WithBody = IncomingMessage & { readonly body?: unknown };

/** `http.createServer(toNodeHandler(participant))`, or within a request listener of your own. */
export function toNodeHandler(participant: Answering): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    // A connection that breaks has nobody left to be answered.
    respond(participant, request, response).catch(() => response.destroy());
  };
}

/** `app.post("/cadastre", toExpress(participant))`, before any `express.json()`: the signature covers the raw bytes. */
export function toExpress(participant: Answering): (request: WithBody, response: ServerResponse, next: (error: unknown) => void) => void {
  return (request, response, next) => {
    if (request.body !== undefined && !Buffer.isBuffer(request.body)) {
      next(new Error("cadastre: the body was parsed before it could be verified; mount the participant before express.json()"));
      return;
    }
    respond(participant, request, response).catch(next);
  };
}

async function respond(participant: Answering, request: WithBody, response: ServerResponse): Promise<void> {
  const body = Buffer.isBuffer(request.body) ? request.body : await readBody(request);
  const answer = await participant.handle({ method: request.method ?? "", headers: request.headers, body });
  response.writeHead(answer.status, answer.headers).end(answer.body);
}
