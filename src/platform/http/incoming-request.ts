import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Caller } from "../deps";
import type { Reservation } from "./reservation";
import type { HttpRequest } from "./route";

/** A request as node:http hands it over, in the form that routes see. */
export class IncomingRequest implements HttpRequest {
  readonly path: string;
  readonly search: string;
  params: HttpRequest["params"] = {};
  caller?: Caller;
  reservation?: Reservation;
  body: Buffer = Buffer.alloc(0);
  private abort?: AbortController;

  constructor(
    readonly id: string,
    readonly incoming: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly stopping: AbortSignal,
  ) {
    const url = incoming.url ?? "/";
    const mark = url.indexOf("?");
    this.path = mark < 0 ? url : url.slice(0, mark);
    this.search = mark < 0 ? "" : url.slice(mark);
  }

  get method(): string {
    return this.incoming.method ?? "GET";
  }

  get headers(): IncomingHttpHeaders {
    return this.incoming.headers;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  // Made on demand: few routes stream, and listeners on the shared `stopping` signal are not free.
  get signal(): AbortSignal {
    if (this.abort === undefined) {
      const abort = (this.abort = new AbortController());
      const end = (): void => abort.abort();
      this.stopping.addEventListener("abort", end);
      this.response.once("close", () => {
        this.stopping.removeEventListener("abort", end);
        end();
      });
      if (this.stopping.aborted) end();
    }
    return this.abort.signal;
  }
}
