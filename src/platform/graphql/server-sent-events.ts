import { type FormattedExecutionResult, OperationTypeNode } from "graphql";
import { Readable } from "node:stream";
import { badInput } from "../errors";
import type { HttpRequest, HttpResponse } from "../http/route";
import { asGraphQLError, type OperationRunner, type RenewContext, type Results } from "./operation-runner";

/** A comment now and then keeps proxies from taking the silence of a quiet subscription for a dead connection. */
const PING_MS = 15_000;

/** GraphQL over server-sent events, one connection for each operation (graphql-sse's "distinct connections mode"). */
export async function answerByEvents(
  runner: OperationRunner,
  request: HttpRequest,
  sent: unknown,
  renew: RenewContext,
): Promise<HttpResponse> {
  const explain = (errors: Parameters<OperationRunner["explain"]>[0]) => ({ errors: runner.explain(errors, request.id) });
  const prepared = await runner.prepare(sent, renew);
  if (Array.isArray(prepared)) return stream(single(explain(prepared)));
  if (request.method === "GET" && prepared.operation.operation === OperationTypeNode.MUTATION) throw badInput("A mutation needs a POST");
  const results = await runner.perform(prepared);
  const live = Symbol.asyncIterator in results;
  return stream(live ? subscription(results, request.signal, (error) => explain([asGraphQLError(error)])) : single(results));
}

const stream = (body: Readable): HttpResponse => ({
  status: 200,
  headers: { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" },
  body,
});

const next = (result: FormattedExecutionResult): string => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
const COMPLETE = "event: complete\ndata:\n\n";

const single = (result: FormattedExecutionResult): Readable => Readable.from([next(result), COMPLETE]);

/** Events until the source ends, the client leaves or the server shuts down. */
function subscription(results: Results, signal: AbortSignal, explain: (error: unknown) => FormattedExecutionResult): Readable {
  const end = (): void => void results.return();
  const ping = setInterval(() => events.push(":\n\n"), PING_MS);
  const events = new Readable({
    read() {},
    destroy(error, done) {
      clearInterval(ping);
      signal.removeEventListener("abort", end);
      end();
      done(error);
    },
  });
  signal.addEventListener("abort", end);
  const forward = async (): Promise<void> => {
    try {
      for await (const result of results) events.push(next(result));
    } catch (error) {
      events.push(next(explain(error)));
    }
    events.push(COMPLETE);
    events.push(null);
  };
  void forward();
  return events;
}
