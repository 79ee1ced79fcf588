import { once, setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type Denial, denialOf } from "../denial";
import type { Caller } from "../deps";
import { forbidden, type Refusal } from "../errors";
import type { Ids } from "../ids";
import { answer } from "./answer";
import { IncomingRequest } from "./incoming-request";
import { HTTP_LIMITS, type HttpLimits } from "./limits";
import type { Metrics } from "./metrics";
import { ClientGone, readBody } from "./read-body";
import { asRefusal, refuse, refuseMalformed, refuseMethod, refuseUnknownPath } from "./refusals";
import type { Access, HttpResponse, Route } from "./route";
import { type Match, MethodNotAllowed, Router } from "./router";

/** Who the bearer of an `authorization` header is; throws UNAUTHENTICATED. Injected: the platform knows no tokens. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HttpServerOptions {
  readonly log: Logger;
  readonly ids: Ids;
  readonly routes: readonly Route[];
  readonly authenticate: Authenticate;
  /** Writes the audit entry of a refusal at a door that names a permission. */
  readonly recordDenied: (denial: Denial) => Promise<void>;
  readonly metrics: Metrics;
  /** Aborted at shutdown: streamed answers end, connections are no longer kept alive. */
  readonly stopping: AbortSignal;
  readonly limits?: Partial<HttpLimits>;
}

const UNMATCHED = "none";
const HANG_UP_EVERY_MS = 50;

/** Our listener on `node:http`: routes, who may use them, limits, refusals, one log line and one count per request. */
export class HttpServer {
  private readonly server: Server;
  private readonly router: Router;
  private readonly limits: HttpLimits;
  private readonly upgrades = new Map<string, UpgradeHandler>();

  constructor(private readonly options: HttpServerOptions) {
    this.limits = { ...HTTP_LIMITS, ...options.limits };
    // Each streamed answer listens.
    setMaxListeners(0, options.stopping);
    this.router = new Router(options.routes);
    this.server = createServer(
      {
        maxHeaderSize: this.limits.headerBytes,
        headersTimeout: this.limits.headersMs,
        requestTimeout: this.limits.requestMs,
        keepAliveTimeout: this.limits.idleMs,
        connectionsCheckingInterval: Math.min(1000, this.limits.headersMs),
      },
      (request, response) => void this.serve(request, response),
    );
    this.server.maxHeadersCount = this.limits.headerCount;
    this.server.on("clientError", (error, socket) => refuseMalformed(error, socket, options.ids));
    this.server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** Takes over connections that ask at this path to speak another protocol (WebSocket). */
  onUpgrade(path: string, handler: UpgradeHandler): void {
    this.upgrades.set(path, handler);
  }

  /** Starts listening and answers the port (the one asked for, or any free one for 0). */
  async listen(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  /** Stops accepting and waits for the requests under way; what is not done by the deadline is cut off. */
  async close(deadlineMs: number): Promise<void> {
    const cutOff = setTimeout(() => this.server.closeAllConnections(), deadlineMs);
    // Answers that had begun before did not say that their connection ends.
    const hangUp = setInterval(() => this.server.closeIdleConnections(), HANG_UP_EVERY_MS);
    await new Promise((resolve) => this.server.close(resolve));
    clearTimeout(cutOff);
    clearInterval(hangUp);
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const request = new IncomingRequest(this.options.ids.uuid(), incoming, response, this.options.stopping);
    const match = this.router.find(request.method, request.path);
    try {
      await answer(response, await this.respond(match, request), request.id, this.options.stopping.aborted);
    } catch (error) {
      if (!(error instanceof ClientGone)) this.options.log.error({ err: error, requestId: request.id }, "answer broken off");
      response.destroy();
    } finally {
      request.reservation?.release();
    }
    this.record(match, request, response.statusCode, performance.now() - started);
  }

  private async respond(match: Match | MethodNotAllowed | undefined, request: IncomingRequest): Promise<HttpResponse> {
    if (match === undefined) return refuseUnknownPath(request.id);
    if (match instanceof MethodNotAllowed) return refuseMethod(request.id, match.allow);
    const { route, params } = match;
    try {
      request.params = params;
      if (route.access !== "public") await this.admit(route.access, request);
      request.reservation = route.reserve?.(request.caller);
      request.body = await readBody(request.incoming, route.bodyLimit ?? this.limits.bodyBytes, request.reservation);
      return await route.handle(request);
    } catch (error) {
      if (error instanceof ClientGone) throw error;
      return (route.refuse ?? refuse)(await this.refusalOf(error, route, request), request.id);
    }
  }

  private async admit(access: Access, request: IncomingRequest): Promise<void> {
    request.caller = await this.options.authenticate(request.headers.authorization);
    if (access !== "token" && !request.caller.permissions.has(access))
      throw forbidden(`${access}: your roles do not grant this permission`);
  }

  /** What to answer for an error: its denial is in the audit log first, and what is no refusal in ours. */
  private async refusalOf(error: unknown, { access, path }: Route, { caller, id }: IncomingRequest): Promise<Refusal> {
    let cause = error;
    try {
      const denial = caller !== undefined && access !== "token" ? denialOf(error, access, caller.principal) : undefined;
      if (denial !== undefined) await this.options.recordDenied(denial);
    } catch (unrecorded) {
      cause = unrecorded;
    }
    const refusal = asRefusal(cause);
    if (refusal.code === "INTERNAL") this.options.log.error({ err: cause, requestId: id, route: path }, "request failed");
    return refusal;
  }

  private record(match: Match | MethodNotAllowed | undefined, { id, method }: IncomingRequest, status: number, ms: number): void {
    const route = match === undefined || match instanceof MethodNotAllowed ? UNMATCHED : match.route.path;
    this.options.metrics.countRequest(route, route === UNMATCHED ? UNMATCHED : method, status, ms / 1000);
    this.options.log.info({ requestId: id, method, route, status, ms: Math.round(ms * 10) / 10 }, "request");
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const handler = this.upgrades.get((request.url ?? "").split("?")[0]!);
    if (handler === undefined || this.options.stopping.aborted)
      return void socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
    handler(request, socket, head);
  }
}
