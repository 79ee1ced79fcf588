import { datasetUrn } from "../catalog";
import type { Named } from "./model";

const AS_DATASET = "dataset:";

/** `<dataset>#<field>`; of all fields at once (''), the dataset. */
export const fieldUrn = (dataset: string, field: string): string =>
  field === "" ? dataset : `${dataset}#${datasetUrn({ namespace: "", name: field }).slice(`${AS_DATASET}:`.length)}`;

/** What a public id names. */
export type NodeName =
  | ({ readonly kind: "dataset" | "job" } & Named)
  | ({ readonly kind: "field"; readonly field: string } & Named)
  | { readonly kind: "entity" | "service"; readonly key: string };

const KEY = /^[a-z0-9][a-z0-9._-]{0,127}$/;

/** Reads `dataset:…`, `dataset:…#field`, `job:…`, `entity:…` and `service:…`; undefined where the text is none of these. */
export function parseNodeId(id: string): NodeName | undefined {
  const [kind, first = "", second, ...rest] = id.split(":");
  if (rest.length > 0 || id.includes("\0")) return undefined;
  if (kind === "entity" || kind === "service") return second === undefined && KEY.test(first) ? { kind, key: first } : undefined;
  if ((kind !== "dataset" && kind !== "job") || !first || !second) return undefined;
  const [name = "", field, ...more] = second.split("#");
  if (name === "" || field === "" || more.length > 0 || (kind === "job" && field !== undefined)) return undefined;
  try {
    const named = normalised({ namespace: decodeURIComponent(first), name: decodeURIComponent(name) });
    const decoded = field === undefined ? undefined : decodeURIComponent(field);
    // PostgreSQL has no text with this character in it, so no such node either.
    if (`${named.namespace}${named.name}${decoded ?? ""}`.includes("\0")) return undefined;
    return decoded === undefined ? { kind, ...named } : { kind: "field", ...named, field: decoded };
  } catch {
    return undefined;
  }
}

function normalised(named: Named): Named {
  const [, namespace = "", name = ""] = datasetUrn(named).split(":");
  return { namespace: decodeURIComponent(namespace), name: decodeURIComponent(name) };
}
