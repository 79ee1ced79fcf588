import { checkService, type ServiceInput } from "../service-model";
import type { Fault } from "../text-model";
import type { Declared } from "./descriptor-model";
import type { TextError } from "./places";
import { fidesKey } from "./fideslang-key";
import { withoutAddresses } from "./impersonal";
import { declaredOf } from "./items";
import type { YamlNode } from "./yaml-document";
import { jsonMembers, listOf, openMapOf, optional, placeOf, required, text } from "./yaml-shape";

const keys = optional(listOf(fidesKey));
const SYSTEM = openMapOf({
  fides_key: required(fidesKey), name: optional(text), description: optional(text), system_type: optional(text), dataset_references: keys,
  privacy_declarations: optional(listOf(openMapOf({ dataset_references: keys }))),
});

/** Not those that name people: contacts, a data protection officer, stewards. */
const KEPT = [
  "organization_fides_key", "tags", "system_type", "administrating_department", "egress", "ingress", "privacy_declarations", "dataset_references",
  "system_dependencies", "third_country_transfers", "data_responsibility_title", "responsibility", "vendor_id", "previous_vendor_id", "fidesctl_meta",
  "processes_personal_data", "exempt_from_privacy_regulations", "reason_for_exemption", "uses_profiling", "legal_basis_for_profiling",
  "does_international_transfers", "legal_basis_for_transfers", "requires_data_protection_assessments", "dpa_location", "dpa_progress", "privacy_policy",
  "legal_name", "data_security_practices", "cookie_max_age_seconds", "uses_cookies", "cookie_refresh", "uses_non_cookie_access",
  "legitimate_interest_disclosure_url",
];

/** A fideslang system, as a service. */
export interface FidesSystem {
  /** Empty where the system has none that is right. */
  readonly key: string;
  readonly declared: readonly Declared<ServiceInput>[];
  /** Fides keys of the datasets that it refers to, by itself or for a purpose. */
  readonly datasets: readonly string[];
}

/** Its privacy declarations and flows of data are kept as they are written: the register draws nothing from them. */
export function readSystem(node: YamlNode, errors: TextError[]): FidesSystem {
  const { fides_key: fidesName, name, description, dataset_references: datasets, privacy_declarations: purposes } = SYSTEM(node, errors);
  const key = serviceKey(fidesName);
  const input: ServiceInput = { key, name: name || fidesName, description: description ?? undefined, properties: withoutAddresses(jsonMembers(node, KEPT)) };
  const at = ([member]: Fault["path"]): number => placeOf(node, [member === "key" || (member === "name" && !name) ? "fides_key" : String(member)]);
  return {
    key,
    declared: fidesName === "" ? [] : declaredOf({ input, at: node.at, placeOf: at }, checkService(input), errors),
    datasets: [...(datasets ?? []), ...(purposes ?? []).flatMap((purpose) => purpose.dataset_references ?? [])],
  };
}

/** A service's key has no upper case, no < and >, and begins with a letter or digit. */
const serviceKey = (fidesName: string): string => fidesName.toLowerCase().replace(/[<>]+/g, "-").replace(/^[._-]+/, "");
