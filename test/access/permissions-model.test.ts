import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Kind, parse } from "graphql";
import { PERMISSIONS, permissionsOf, ROLES } from "../../src/access";

const DOORS = join(__dirname, "../../../shared/doors.graphql");
const NOT_IN_THE_DOORS = [
  "access:tokens", "access:create-token", "access:revoke-token", "access:metrics",
  "audit:read-entries", "audit:check-log", "audit:export-entries", "audit:read-bundle", "audit:access-report", "audit:reporting-coverage",
  "audit:drop-audit-entries", "audit:recover-audit-log", "dispatch:take-permit",
  "catalog:ownership-transfer", "catalog:ownership-transfers", "catalog:finding-silences", "catalog:silence-findings", "catalog:end-finding-silence",
  "catalog:classify-by-pattern", "catalog:erasure-coverage-by-service", "catalog:erasure-coverage-history", "catalog:export-descriptors",
  "lineage:undo-dataset-merge", "lineage:rename-dataset",
];
const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const can = (role: string, permission: string): boolean => permissionsOf([role]).has(permission);
const rooms = (role: string): string[] => [...new Set([...permissionsOf([role])].map((permission) => permission.split(":")[0]!))].sort();

describe("the list of permissions", () => {
  test("names each once", () => {
    expect(new Set(PERMISSIONS).size).toBe(PERMISSIONS.length);
  });

  (existsSync(DOORS) ? test : test.skip)("has exactly one for each operation of the doors", () => {
    const operations = parse(readFileSync(DOORS, "utf8")).definitions.flatMap((definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION && /^(Query|Mutation|Subscription)$/.test(definition.name.value)
        ? (definition.fields ?? []).map((field) => field.name.value)
        : [],
    );
    const built = PERMISSIONS.filter((permission) => !NOT_IN_THE_DOORS.includes(permission)).map((permission) => permission.split(":")[1]);
    expect(built.sort()).toEqual(operations.map(kebab).sort());
  });
});

describe("a role", () => {
  test("that is unknown grants nothing, nor does the name of an object's member", () => {
    expect(permissionsOf([]).size).toBe(0);
    expect(permissionsOf(["root", "constructor", "Admin"]).size).toBe(0);
  });

  test("adds to the others of its holder", () => {
    const both = permissionsOf(["reader", "producer"]);
    expect(both).toEqual(new Set([...permissionsOf(["reader"]), ...permissionsOf(["producer"])]));
  });

  test("admin may do everything but what only a purge approver may", () => {
    const missing = PERMISSIONS.filter((permission) => !can("admin", permission));
    expect(missing.sort()).toEqual(["retention:archive-dataset", "retention:start-retention-run"]);
    expect(missing.every((permission) => can("purge-approver", permission))).toBe(true);
    expect(ROLES.filter((role) => missing.some((permission) => can(role, permission)))).toEqual(["purge-approver"]);
  });

  test("alone may make tokens: admin", () => {
    expect(ROLES.filter((role) => can(role, "access:create-token"))).toEqual(["admin"]);
  });

  test.each([
    ["editor", ["catalog:register-service", "catalog:import-descriptors", "lineage:record-disposal", "retention:revise-retention-rule"]],
    ["privacy-officer", ["erasure:submit-erasure-request", "erasure:stop-service", "retention:place-legal-hold", "catalog:datasets"]],
    ["approver", ["erasure:approve-erasure-request", "erasure:confirm-waiver", "catalog:accept-ownership-transfer", "catalog:confirm-attestation",
      "retention:approve-retention-rule", "erasure:erasure-request"]],
    ["auditor", ["audit:audit-entries", "audit:audit-proof", "audit:read-entries", "erasure:erasure-certificate"]],
    ["producer", ["lineage:record-lineage-events"]],
    ["reader", ["catalog:ownership-matrix", "lineage:custody", "retention:effective-retention", "access:metrics"]],
    ["service", ["dispatch:take-permit", "audit:record-access", "erasure:is-suppressed", "lineage:record-disposal"]],
  ])("%s may do its work", (role, permissions) => {
    expect(permissions.filter((permission) => !can(role, permission))).toEqual([]);
  });

  test.each([
    ["editor", ["erasure:submit-erasure-request", "retention:place-legal-hold", "audit:audit-entries"]],
    ["privacy-officer", ["catalog:register-service", "audit:audit-entries", "retention:create-retention-rule"]],
    ["approver", ["erasure:submit-erasure-request", "catalog:register-service", "erasure:waive-erasure-task"]],
    ["auditor", ["audit:record-access", "erasure:erasure-requests", "catalog:datasets"]],
    ["reader", ["catalog:register-service", "erasure:erasure-requests", "audit:audit-entries"]],
    ["service", ["erasure:erasure-requests", "catalog:datasets", "audit:audit-entries"]],
  ])("%s may do nobody else's", (role, permissions) => {
    expect(permissions.filter((permission) => can(role, permission))).toEqual([]);
  });

  test("producer and service see nothing of the rooms that are not theirs", () => {
    expect(rooms("producer")).toEqual(["lineage"]);
    expect(rooms("service")).toEqual(["audit", "catalog", "dispatch", "erasure", "lineage"]);
    // A service may attest that a dataset of its own is anonymous.
    expect([...permissionsOf(["service"])].filter((permission) => permission.startsWith("catalog:"))).toEqual(["catalog:attest-anonymous"]);
  });
});
