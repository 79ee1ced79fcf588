import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import type { HttpRequest, HttpResponse, Route } from "../../platform/http/route";
import { parseInstant } from "../../platform/instant";
import { type ExportEntries, exportEntries } from "../use-cases/export-entries";

const LONGEST = 2_048;
const UNPRINTABLE = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;
const CRITERIA = ["actor", "action", "object", "dataset", "field", "purpose", "basis", "outcome"] as const;
/** Accesses without them are asked for so. */
const MAY_BE_EMPTY: readonly string[] = ["purpose", "basis"];
const MEMBERS: readonly string[] = ["format", "from", "to", ...CRITERIA];

/** Where other systems fetch the trail of a period. */
export const exportRoutes = (deps: Deps): Route[] => [
  { method: "GET", path: "/audit/export", access: "audit:export-entries", handle: (request) => exportTrail(deps, request) },
];

async function exportTrail(deps: Deps, request: HttpRequest): Promise<HttpResponse> {
  const { format, text } = await exportEntries(deps, { actor: request.caller?.principal as string, ...questionOf(request.query) }, request.signal);
  const headers = { "content-type": format.contentType, "content-disposition": `attachment; filename="${format.fileName}"` };
  return { status: 200, headers, body: text };
}

/** Refuses (BAD_USER_INPUT) what it does not know: a criterion that is not understood must not widen what leaves. */
function questionOf(query: URLSearchParams): Pick<ExportEntries, "format" | "criteria"> {
  const known = [...new Set(query.keys())].every((name) => MEMBERS.includes(name) && query.getAll(name).length === 1);
  if (!known) throw badInput(`the query takes ${MEMBERS.join(", ")}, each at most once`);
  const criteria = Object.fromEntries(CRITERIA.flatMap((name) => (query.has(name) ? [[name, textOf(query, name)]] : [])));
  return { format: textOf(query, "format"), criteria: { ...criteria, from: instantOf(query, "from"), to: instantOf(query, "to") } };
}

function textOf(query: URLSearchParams, name: string): string {
  const text = query.get(name) ?? "";
  if ((text === "" && !MAY_BE_EMPTY.includes(name)) || text.length > LONGEST || UNPRINTABLE.test(text)) throw badInput(`${name}: expected a text of 1 to ${LONGEST} characters`);
  return text;
}

function instantOf(query: URLSearchParams, name: string): Date {
  const instant = parseInstant(query.get(name) ?? "");
  if (instant === undefined) throw badInput(`${name}: expected an RFC 3339 instant such as 2026-11-22T15:00:00Z`);
  return instant;
}
