import { encodePart, normaliseNamespace } from "../protocol/dataset-id";

/** Public ids of what the catalog names (DESIGN.md, "Words"). Those of datasets stand in the protocol, too: services name them. */
export type { DatasetName } from "../protocol";
export { datasetUrn, normaliseNamespace, parseDatasetUrn } from "../protocol/dataset-id";

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

/** `namespace:<namespace>`, as it stands in ids of datasets */
export const namespaceId = (namespace: string): string => `namespace:${encodePart(normaliseNamespace(namespace))}`;

/** `<dataset>#<field>` */
export const fieldId = (dataset: string, field: string): string => `${dataset}#${encodePart(field)}`;
