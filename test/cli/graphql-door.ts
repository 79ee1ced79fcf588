import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Asked {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

interface Answer {
  readonly status?: number;
  readonly body: string | object;
}

export interface GraphqlDoor {
  readonly url: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

/** A server that answers `POST /graphql` over real HTTP as it is told. */
export async function openGraphqlDoor(answer: (asked: Asked, headers: IncomingHttpHeaders) => Answer | Promise<Answer>): Promise<GraphqlDoor> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const question = JSON.parse(await text(request)) as Asked;
      asked.push(question);
      const { status = 200, body } = request.url === "/graphql" ? await answer(question, request.headers) : { status: 404, body: "" };
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
    };
    serve().catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
