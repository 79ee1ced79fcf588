/**
 * Every permission there is, `<room>:<operation in kebab case>`, and what each role may do (DESIGN.md, "Operating contract").
 * An operation that stands in no list here cannot be required, so it cannot be built without deciding who may use it.
 */
interface Room {
  readonly queries: readonly string[];
  readonly mutations: readonly string[];
}

const ROOMS = {
  access: {
    // metrics: `GET /metrics`.
    queries: ["tokens", "metrics"],
    mutations: ["create-token", "revoke-token"],
  },
  catalog: {
    queries: [
      "service", "services", "entity", "entities", "dataset", "datasets",
      "ownership-matrix", "ownership-findings", "erasure-coverage", "erasure-coverage-by-service", "erasure-coverage-history",
      "ownership-transfer", "ownership-transfers", "finding-silences", "export-descriptors",
    ],
    mutations: [
      "register-service", "register-entity", "register-dataset", "classify-fields", "attest-anonymous", "confirm-attestation",
      "assign-ownership", "end-ownership", "correct-assignment", "propose-ownership-transfer", "accept-ownership-transfer",
      "decline-ownership-transfer", "withdraw-ownership-transfer", "decide-finding", "silence-findings", "end-finding-silence", "classify-by-pattern",
      "import-descriptors", "rotate-endpoint-key", "check-endpoint",
    ],
  },
  lineage: {
    queries: ["lineage", "paths", "impact", "personal-data-flow", "custody", "undeclared-flows", "lineage-diff", "job"],
    mutations: ["record-lineage-events", "declare-lineage", "retire-lineage", "record-disposal", "add-namespace-alias", "merge-datasets", "undo-dataset-merge", "rename-dataset"],
  },
  retention: {
    queries: ["retention-rules", "effective-retention", "ungoverned", "retention-conflicts", "legal-holds", "record-of-processing"],
    mutations: [
      "create-retention-rule", "revise-retention-rule", "retire-retention-rule", "preview-retention-rule", "approve-retention-rule",
      "start-retention-run", "restore-disposed", "place-legal-hold", "release-legal-hold", "archive-dataset", "restore-archive",
    ],
  },
  audit: {
    // read-entries: the entry bundles among the log's files, which are public otherwise.
    queries: [
      "audit-entries", "audit-entry", "audit-proof", "audit-consistency", "audit-checkpoint", "read-entries",
      "check-log", "export-entries", "read-bundle", "access-report", "reporting-coverage",
    ],
    mutations: ["record-access", "drop-audit-entries", "recover-audit-log"],
  },
  dispatch: {
    queries: [],
    mutations: ["take-permit"],
  },
  erasure: {
    queries: [
      "erasure-request", "erasure-requests", "erasure-preview", "erasure-certificate", "certificate-status", "is-suppressed",
      "erasure-request-progress",
    ],
    mutations: [
      "submit-erasure-request", "submit-erasure-requests", "preview-erasure", "record-identity-verification", "approve-erasure-request",
      "reject-erasure-request", "cancel-erasure-request", "extend-erasure-deadline", "confirm-identifier", "retry-erasure-task",
      "waive-erasure-task", "confirm-waiver", "register-probe", "complete-manual-task", "record-subject-notice", "record-recollection",
      "reapply-erasures", "stop-service", "resume-service", "submit-access-request",
    ],
  },
} as const satisfies Record<string, Room>;
type RoomName = keyof typeof ROOMS;

const named = (room: RoomName, operations: readonly string[]): string[] => operations.map((operation) => `${room}:${operation}`);
const queries = (...rooms: RoomName[]): string[] => rooms.flatMap((room) => named(room, ROOMS[room].queries));
const mutations = (...rooms: RoomName[]): string[] => rooms.flatMap((room) => named(room, ROOMS[room].mutations));
const everything = (...rooms: RoomName[]): string[] => [...queries(...rooms), ...mutations(...rooms)];

export const PERMISSIONS: readonly string[] = everything(...(Object.keys(ROOMS) as RoomName[]));

/** Destruction on a schedule wants a person who can do nothing else. */
const PURGE_ONLY = ["retention:start-retention-run", "retention:archive-dataset"];

const GRANTS = {
  admin: PERMISSIONS.filter((permission) => !PURGE_ONLY.includes(permission)),
  editor: [
    ...everything("catalog", "lineage"),
    ...queries("retention"),
    ...mutations("retention").filter((permission) => permission.endsWith("-retention-rule")),
  ],
  "privacy-officer": [
    ...everything("erasure"),
    ...queries("catalog", "lineage", "retention"),
    "retention:place-legal-hold", "retention:release-legal-hold",
    // Whoever answers a person who asks (GDPR Art. 15) sees who accessed that person's data, not the trail.
    "audit:access-report", "audit:reporting-coverage",
  ],
  approver: [
    ...PERMISSIONS.filter((permission) => /:(approve|confirm|accept)-/.test(permission)),
    ...queries("catalog", "lineage", "retention"),
    "erasure:erasure-request", "erasure:erasure-requests", "erasure:erasure-request-progress",
  ],
  "purge-approver": [...PURGE_ONLY, ...queries("catalog", "retention")],
  auditor: [...queries("audit"), "erasure:erasure-certificate", "erasure:certificate-status"],
  producer: ["lineage:record-lineage-events"],
  // With the figures of `/metrics`, which hold nothing of persons: a scraper needs no more than a reader's token.
  reader: [...queries("catalog", "lineage", "retention"), "access:metrics"],
  // Of its own orders and datasets only: the operations compare with the key in the token.
  service: ["dispatch:take-permit", "audit:record-access", "erasure:is-suppressed", "lineage:record-disposal", "catalog:attest-anonymous"],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof GRANTS;
export const ROLES = Object.keys(GRANTS) as readonly Role[];
export const isRole = (text: string): text is Role => Object.hasOwn(GRANTS, text);

/** All that the holder of these roles may do. Names of no role grant nothing. */
export const permissionsOf = (roles: readonly string[]): ReadonlySet<string> =>
  new Set(roles.filter(isRole).flatMap((role) => GRANTS[role]));
