/** Public ids of what the catalog names (DESIGN.md, "Words"). */

export interface DatasetName {
  readonly namespace: string;
  readonly name: string;
}

export const serviceId = (key: string): string => `service:${key}`;
export const entityId = (key: string): string => `entity:${key}`;
export const teamId = (key: string): string => `team:${key}`;
export const ruleId = (key: string): string => `rule:${key}`;
/** An assignment where other kinds of thing stand beside it; by itself it goes by its UUID. */
export const assignmentId = (uuid: string): string => `assignment:${uuid}`;

/** The key in `service:<key>`; a bare key, as descriptors may write it, is taken as it is. */
export const serviceKeyOf = (id: string): string => withoutKind("service:", id);
/** The key in `entity:<key>`; a bare key, as descriptors may write it, is taken as it is. */
export const entityKeyOf = (id: string): string => withoutKind("entity:", id);

const withoutKind = (kind: string, id: string): string => (id.startsWith(kind) ? id.slice(kind.length) : id);

/** `dataset:<namespace>:<name>` of an OpenLineage name; the namespace is normalised first. */
export const datasetUrn = ({ namespace, name }: DatasetName): string => `dataset:${encode(normaliseNamespace(namespace))}:${encode(name)}`;

/** `namespace:<namespace>`, as it stands in ids of datasets */
export const namespaceId = (namespace: string): string => `namespace:${encode(normaliseNamespace(namespace))}`;

/** `<dataset>#<field>` */
export const fieldId = (dataset: string, field: string): string => `${dataset}#${encode(field)}`;

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
function encode(text: string): string {
  if (UNRESERVED_ONLY.test(text)) return text;
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
