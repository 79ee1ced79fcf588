import type { Deps } from "../../platform/deps";
import { notFound } from "../../platform/errors";
import { type Access, type HttpRequest, type HttpResponse, json, type Route } from "../../platform/http/route";
import { formatVkey } from "../../protocol/tlog/signed-note";
import { parseTilePath } from "../../protocol/tlog/tiles";
import { openSigner } from "../outbound/checkpoint-signer";
import { listDroppedRanges } from "../storage/log-check-queries";
import { noteOf, readLogHead } from "../storage/log-queries";
import { readCheckpoint } from "../use-cases/read-checkpoint";
import { readBundle, readEntryAt, readTile } from "../use-cases/read-log-files";

/** What never changes is kept for a year; what anybody may read, any page may fetch. */
const IMMUTABLE = "max-age=31536000, immutable";
const PUBLIC = { "access-control-allow-origin": "*" };
const CURRENT = { ...PUBLIC, "cache-control": "no-cache" };
const TEXT = "text/plain; charset=utf-8";
const BYTES = "application/octet-stream";

/** The log as static files (C2SP tlog-tiles): all is public but entries. */
export function logRoutes(deps: Deps): Route[] {
  const get = (path: string, access: Access, handle: (request: HttpRequest) => Promise<HttpResponse>): Route => ({ method: "GET", path, access, handle });
  return [
    get("/audit/checkpoint", "public", async () => current(TEXT, noteOf(await readCheckpoint(deps.db)))),
    get("/audit/vkey", "public", async () => current(TEXT, await vkeysOf(deps))),
    get("/audit/dropped", "public", async () => json(200, await listDroppedRanges(deps.db), CURRENT)),
    // Before the tiles, which would take its path, too.
    get("/audit/tile/entries/*", "audit:read-entries", (request) => bundle(deps, request)),
    get("/audit/tile/*", "public", (request) => tile(deps, request)),
    get("/audit/entry/:index", "audit:read-entries", (request) => entry(deps, request)),
  ];
}

const current = (type: string, body: string): HttpResponse => ({ status: 200, headers: { ...CURRENT, "content-type": type }, body });

async function vkeysOf({ db, config, keyring }: Deps): Promise<string> {
  const { origin } = await readLogHead(db);
  return openSigner(config, keyring).vkeys(origin ?? config.auditOrigin).map((vkey) => `${formatVkey(vkey)}\n`).join("");
}

async function tile(deps: Deps, { params }: HttpRequest): Promise<HttpResponse> {
  const parsed = parseTilePath(params["*"] as string);
  const bytes = parsed?.kind === "tile" ? await readTile(deps.db, parsed.tile) : undefined;
  if (bytes === undefined) throw notFound("no checkpoint covers such a tile");
  return { status: 200, headers: { ...PUBLIC, "content-type": BYTES, "cache-control": `public, ${IMMUTABLE}` }, body: bytes };
}

async function bundle(deps: Deps, { params, caller }: HttpRequest): Promise<HttpResponse> {
  const parsed = parseTilePath(`entries/${params["*"]}`);
  const bytes = parsed?.kind === "entries" ? await readBundle(deps, parsed.bundle, caller!.principal) : undefined;
  if (bytes === undefined) throw notFound("no checkpoint covers such a bundle, or entries of it are gone: those that are left can be read one by one");
  return disclosed(bytes);
}

async function entry(deps: Deps, { params, caller }: HttpRequest): Promise<HttpResponse> {
  const isIndex = /^(0|[1-9]\d{0,14})$/.test(params.index as string);
  const bytes = isIndex ? await readEntryAt(deps, Number(params.index), caller!.principal) : undefined;
  if (bytes === undefined) throw notFound("no checkpoint covers such an entry, or it is gone");
  return disclosed(bytes);
}

const disclosed = (body: Buffer): HttpResponse => ({ status: 200, headers: { "content-type": BYTES, "cache-control": `private, ${IMMUTABLE}` }, body });
