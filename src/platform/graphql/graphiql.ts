import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { HttpRequest, HttpResponse, Route } from "../http/route";

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
  "default-src 'none'", "script-src 'self'", "worker-src 'self'", "style-src 'self' 'unsafe-inline'", "font-src 'self' data:", "img-src 'self' data:",
  "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join("; ");

const START = `
self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => "/graphiql/" + ({ json: "json", graphql: "graphql" }[label] ?? "editor") + ".worker.js",
};
const token = sessionStorage.getItem("token") ?? "";
const form = document.querySelector("form");
form.token.value = token;
form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem("token", form.token.value.trim().replace(/^Bearer +/i, ""));
  location.reload();
});
YogaGraphiQL.renderYogaGraphiQL(document.querySelector("#root"), {
  endpoint: "/graphql",
  title: "Cadastre",
  additionalHeaders: token === "" ? {} : { authorization: "Bearer " + token },
  shouldPersistHeaders: false,
  subscriptionsProtocol: "GRAPHQL_SSE",
  defaultQuery: "# Paste a bearer token above, then ask.\\n{\\n  services { edges { node { id name team } } }\\n}\\n",
});
`;

const STYLE = `
body { display: flex; flex-direction: column; margin: 0; height: 100vh; }
#bearer { display: flex; gap: 8px; align-items: center; padding: 8px 16px; font: 14px sans-serif; background: #f3f5f8; color: #1f2933; }
#bearer input { flex: 1; max-width: 40em; padding: 4px 8px; font: 13px monospace; }
#root { flex: 1; min-height: 0; height: auto; }
`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Cadastre</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/app.css">
<link rel="stylesheet" href="/graphiql/page.css">
</head>
<body class="no-focus-outline">
<form id="bearer">
<label for="token">Bearer token</label>
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" placeholder="printed once at the first start, or by: npx cadastre token create">
<button>Use</button>
</form>
<div id="root"><noscript>GraphiQL needs JavaScript.</noscript></div>
<script defer src="/graphiql/app.js"></script>
<script defer src="/graphiql/start.js"></script>
</body>
</html>
`;

export const graphiqlPage: HttpResponse = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": CONTENT_SECURITY_POLICY, "referrer-policy": "no-referrer" },
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
    "app.js": js, "app.css": css, "page.css": STYLE, "start.js": START,
    "editor.worker.js": editorWorkerService, "json.worker.js": jsonWorker, "graphql.worker.js": graphqlWorker,
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
