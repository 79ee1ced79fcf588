import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import type { HttpRequest, HttpResponse, Route } from "../../platform/http/route";
import { parseInstant } from "../../platform/instant";
import { writeBundle } from "../use-cases/write-bundle";

/** Where auditors fetch all entries of a period in one file. */
export const bundleRoutes = (deps: Deps): Route[] => [
  { method: "GET", path: "/audit/bundle", access: "audit:read-bundle", handle: (request) => handOver(deps, request) },
];

async function handOver(deps: Deps, { caller, query, signal }: HttpRequest): Promise<HttpResponse> {
  const period = { from: instantOf(query, "from"), to: instantOf(query, "to") };
  const body = await writeBundle(deps, { actor: caller!.principal, ...period }, signal);
  const headers = { "content-type": "application/x-ndjson", "content-disposition": 'attachment; filename="audit-bundle.ndjson"' };
  return { status: 200, headers, body };
}

function instantOf(query: URLSearchParams, name: string): Date {
  const instant = parseInstant(query.get(name) ?? "");
  if (instant === undefined) throw badInput(`${name}: expected an RFC 3339 instant such as 2026-11-22T15:00:00Z`);
  return instant;
}
