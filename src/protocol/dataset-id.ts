import type { DatasetName } from "./order";

/** `dataset:<namespace>:<name>` of an OpenLineage name; the namespace is normalised first. */
export const datasetUrn = ({ namespace, name }: DatasetName): string => `dataset:${encodePart(normaliseNamespace(namespace))}:${encodePart(name)}`;

/** The name in `dataset:<namespace>:<name>`, normalised; undefined where the text is no such id. */
export function parseDatasetUrn(id: string): DatasetName | undefined {
  const [kind, namespace, name, ...rest] = id.split(":");
  if (kind !== "dataset" || !namespace || !name || rest.length > 0) return undefined;
  try {
    const parsed = { namespace: normaliseNamespace(decodeURIComponent(namespace)), name: decodeURIComponent(name) };
    // PostgreSQL has no text with this character in it, so no such dataset either.
    return `${parsed.namespace}${parsed.name}`.includes("\0") ? undefined : parsed;
  } catch {
    return undefined;
  }
}

const URL_LIKE = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is;

/** One spelling for one place: scheme and host in lower case, `postgresql://` as `postgres://` (OpenLineage, naming). */
export function normaliseNamespace(namespace: string): string {
  const [, scheme, authority, rest] = URL_LIKE.exec(namespace) ?? [];
  if (scheme === undefined || authority === undefined) return namespace;
  const hostStart = authority.lastIndexOf("@") + 1;
  const lowered = scheme.toLowerCase() === "postgresql" ? "postgres" : scheme.toLowerCase();
  return `${lowered}://${authority.slice(0, hostStart)}${authority.slice(hostStart).toLowerCase()}${rest}`;
}

const UNRESERVED_ONLY = /^[A-Za-z0-9._~-]*$/;

/** RFC 3986: all but unreserved characters as upper-case %XX. */
export function encodePart(text: string): string {
  if (UNRESERVED_ONLY.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
