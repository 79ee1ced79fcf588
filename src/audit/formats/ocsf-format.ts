import { isIP } from "node:net";
import { ACCESS_ACTION } from "../access-model";
import { disclosedMembers, type EntryMembers, type ExportFormat } from "../export-model";
import { apiActivityOf, OTHER } from "./ocsf-activities";

/** The release of schema.ocsf.io whose members are written. */
const VERSION = "1.3.0";
const PRODUCT = { name: "Cadastre", vendor_name: "Cadastre" };
const CATEGORY = { category_uid: 6, category_name: "Application Activity" };
const DATASTORE = { class_uid: 6005, class_name: "Datastore Activity" };
const API = { class_uid: 6003, class_name: "API Activity" };
const READ = { activity_id: 1, activity_name: "Read" };
const [SUCCESS, FAILURE] = [{ status_id: 1, status: "Success" }, { status_id: 2, status: "Failure" }];
const [INFORMATIONAL, LOW] = [{ severity_id: 1, severity: "Informational" }, { severity_id: 2, severity: "Low" }];

/**
 * OCSF events, one a line: Datastore Activity (6005) for a reported access, API Activity (6003) for what was done here. An access is `Read`:
 * services report that data were accessed, not by which operation. What OCSF has no member for (purpose, legal basis, fields) is `unmapped`.
 */
export const ocsfFormat: ExportFormat = {
  contentType: "application/x-ndjson",
  fileName: "audit.ocsf.ndjson",
  write: (entry) => {
    const members = disclosedMembers(entry);
    const { id, time, actor, outcome, purpose, basis, fields } = members;
    const { activity_id, activity_name, class_uid, ...kind } = members.action === ACCESS_ACTION ? accessOf(members) : callOf(members);
    const event = {
      ...CATEGORY,
      class_uid,
      ...kind,
      activity_id,
      activity_name,
      type_uid: class_uid * 100 + activity_id,
      time: Date.parse(time),
      ...(outcome === "ok" ? { ...INFORMATIONAL, ...SUCCESS } : { ...LOW, ...FAILURE }),
      metadata: { version: VERSION, product: PRODUCT, uid: id, log_name: "audit", sequence: entry.leafIndex ?? undefined },
      actor: { user: { uid: actor } },
      unmapped: { action: members.action, purpose, basis, fields },
    };
    return `${JSON.stringify(event)}\n`;
  },
};

/** `source` is who reported, and after a space where the access came from, if that was said. */
function accessOf({ object = "", source = "" }: EntryMembers) {
  const [reporter, ...from] = source.split(" ");
  const place = from.join(" ");
  return {
    ...DATASTORE,
    ...READ,
    src_endpoint: { svc_name: reporter, ...(place !== "" && { [isIP(place) === 0 ? "name" : "ip"]: place }) },
    type_id: OTHER,
    type: "Dataset",
    table: { uid: object, name: nameIn(object) },
  };
}

function callOf({ action, object, source }: EntryMembers) {
  const [service = action, operation = action] = action.split(".");
  return {
    ...API,
    ...apiActivityOf(operation),
    // The schema wants one; where a call came from is not recorded.
    src_endpoint: source !== undefined && isIP(source) !== 0 ? { ip: source } : { name: "unknown" },
    api: { operation: action, service: { name: service } },
    resources: object === undefined ? undefined : [{ uid: object }],
  };
}

/** `public.people` in `dataset:postgres%3A%2F%2Fcrm:public.people`. */
function nameIn(id: string): string {
  try {
    return decodeURIComponent(id.split(":").at(-1) as string);
  } catch {
    return id;
  }
}
