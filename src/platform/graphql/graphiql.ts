import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { HttpRequest, HttpResponse, Route } from "../http/route";
import { PAGE, PAGE_SCRIPT, PAGE_STYLE } from "./graphiql-page";

/**
 * GraphiQL, offline: everything comes from our own server. The page is public, because it shows nothing;
 * the token that its user gives it is kept by the browser until the tab is closed.
 */
export function graphiqlRoutes(): Route[] {
  return [
    { method: "GET", path: "/", access: "public", handle: async () => graphiqlPage },
    { method: "GET", path: "/graphiql/:asset", access: "public", handle: answerAsset },
  ];
}

export const wantsPage = ({ method, headers }: HttpRequest): boolean => method === "GET" && headers.accept?.includes("text/html") === true;

// Monaco, the editor, writes its styles into the page; everything else has to come from here.
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const graphiqlPage: HttpResponse = {
  status: 200,
  headers: {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
  },
  body: PAGE,
};

interface Asset {
  readonly type: string;
  readonly etag: string;
  readonly gzipped: Buffer;
}

/** Compressed once, when the page is first opened: the bundle has 9 MB, and most servers never show the page. */
let assets: Promise<Map<string, Asset>> | undefined;

async function answerAsset({ params, headers }: HttpRequest): Promise<HttpResponse> {
  const asset = (await (assets ??= loadAssets())).get(params.asset ?? "");
  if (asset === undefined) return { status: 404 };
  const caching = { etag: asset.etag, "cache-control": "no-cache", vary: "accept-encoding" };
  if (headers["if-none-match"] === asset.etag) return { status: 304, headers: caching };
  const packed = /\bgzip\b/.test(String(headers["accept-encoding"]));
  return {
    status: 200,
    headers: { ...caching, "content-type": asset.type, ...(packed && { "content-encoding": "gzip" }) },
    body: packed ? asset.gzipped : await promisify(gunzip)(asset.gzipped),
  };
}

async function loadAssets(): Promise<Map<string, Asset>> {
  const load = createRequire(__filename);
  const bundle = load.resolve("@graphql-yoga/render-graphiql/graphiql");
  const { js, css, editorWorkerService, jsonWorker, graphqlWorker } = load(bundle) as Record<string, string>;
  delete load.cache[bundle];
  const texts = Object.entries({
    "app.js": js,
    "app.css": css,
    "page.css": PAGE_STYLE,
    "page.js": PAGE_SCRIPT,
    "editor.worker.js": editorWorkerService,
    "json.worker.js": jsonWorker,
    "graphql.worker.js": graphqlWorker,
  });
  return new Map(await Promise.all(texts.map(async ([name, text = ""]) => [name, await toAsset(name, text)] as const)));
}

async function toAsset(name: string, text: string): Promise<Asset> {
  return {
    type: name.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
    etag: `"${createHash("sha256").update(text).digest("base64url")}"`,
    gzipped: await promisify(gzip)(text),
  };
}
