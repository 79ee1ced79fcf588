import type { Dispatcher } from "undici";
import { OutboundFailure, toFailure } from "./outbound-failure";

export interface OutboundResponse {
  readonly status: number;
  /** Names in lower case; repeated ones joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Settle {
  resolve(response: OutboundResponse): void;
  reject(failure: OutboundFailure): void;
}

/** One request and its answer, within its limits of bytes and time; whatever breaks a limit breaks the connection too. */
export class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private failure: OutboundFailure | undefined;
  private status = 0;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private received = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly settle: Settle,
    private readonly maxBytes: number,
    timeoutMs: number,
  ) {
    this.timer = setTimeout(() => this.fail(new OutboundFailure("TIMEOUT", `no complete answer within ${timeoutMs} ms`)), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Its time may have run out while it waited for a free connection.
    if (this.failure) controller.abort(this.failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) return;
    this.status = status;
    for (const [name, value] of Object.entries(headers)) this.headers[name] = String(value);
    const { "content-encoding": encoding = "identity", "content-length": length } = this.headers;
    if (encoding !== "identity") this.fail(new OutboundFailure("TOO_LARGE", "the answer is compressed, which was not asked for"));
    else if (Number(length) > this.maxBytes) this.fail(this.tooLarge());
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.received += chunk.length;
    if (this.received > this.maxBytes) this.fail(this.tooLarge());
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.timer);
    this.settle.resolve({ status: this.status, headers: this.headers, body: Buffer.concat(this.chunks) });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(toFailure(error));
  }

  private fail(failure: OutboundFailure): void {
    if (this.failure) return;
    this.failure = failure;
    clearTimeout(this.timer);
    this.settle.reject(failure);
    this.controller?.abort(failure);
  }

  private tooLarge(): OutboundFailure {
    return new OutboundFailure("TOO_LARGE", `the answer is longer than ${this.maxBytes} bytes`);
  }
}
