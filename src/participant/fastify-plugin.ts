import type { Readable } from "node:stream";
import type { ReceivedHeaders } from "../protocol";
import type { Participant } from "./participant";
import { readBody } from "./read-body";

/** What the plugin needs of Fastify, so that the kit depends on no framework. */
interface FastifyScope {
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parser: (request: unknown, payload: unknown, done: (error: Error | null) => void) => void): unknown;
  all(path: string, handler: (request: FastifyMessage, reply: FastifyAnswer) => Promise<unknown>): unknown;
}
interface FastifyMessage {
  readonly raw: Readable;
  readonly method: string;
  readonly headers: ReceivedHeaders;
}
interface FastifyAnswer {
  code(status: number): FastifyAnswer;
  headers(headers: Record<string, string>): FastifyAnswer;
  send(body: string): unknown;
}

/** `app.register(toFastifyPlugin(participant), { path: "/cadastre" })`. The rest of the application keeps its body parsers. */
export function toFastifyPlugin(participant: Pick<Participant, "handle">) {
  return async (scope: FastifyScope, { path = "/" }: { path?: string }): Promise<void> => {
    // The signature covers the raw bytes, so within this scope nobody parses them.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null));
    scope.all(path, async (request, reply) => {
      const answer = await participant.handle({ method: request.method, headers: request.headers, body: await readBody(request.raw) });
      return reply.code(answer.status).headers({ ...answer.headers }).send(answer.body);
    });
  };
}
