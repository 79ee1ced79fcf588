import type { DescriptorFormat } from "./descriptor-model";
import type { YamlNode } from "./yaml-document";

const NATIVE = ["services", "entities", "datasets", "assignments", "rules", "teams", "categories"];
const FIDESLANG = ["dataset", "system", "policy", "organization", "data_category", "data_use", "data_subject"];

/** What dbt writes beside the manifest and the catalog, such as run-results and sources. */
const OTHER_DBT_ARTIFACT = /\/dbt\/(?!manifest\/|catalog\/)[a-z-]+\/v\d+\.json$/;

/** The format that a document shows by itself; an empty one declares nothing in the native format. */
export function recogniseFormat(document: YamlNode): DescriptorFormat | undefined {
  if (document.kind === "scalar") return document.text === null ? "CADASTRE" : undefined;
  if (document.kind === "list") return undefined;
  const { entries } = document;
  const textOf = (node: YamlNode | undefined): string => (node?.kind === "scalar" ? (node.text ?? "") : "");
  if (textOf(entries.get("kind")?.value) === "DataContract") return "ODCS";
  if (/^(scaffolder\.)?backstage\.io\//.test(textOf(entries.get("apiVersion")?.value))) return "BACKSTAGE";
  const metadata = entries.get("metadata")?.value;
  if (metadata?.kind === "map" && metadata.entries.has("dbt_schema_version")) {
    return OTHER_DBT_ARTIFACT.test(textOf(metadata.entries.get("dbt_schema_version")?.value)) ? undefined : "DBT";
  }
  if (FIDESLANG.some((name) => entries.has(name))) return "FIDESLANG";
  // Others write `services:` too, as a mapping.
  const isNative = NATIVE.some((name) => (entries.get(name)?.value.kind ?? "map") !== "map");
  return entries.size === 0 || isNative ? "CADASTRE" : undefined;
}

const MEMBER = [...NATIVE, ...FIDESLANG].join("|");
const RESEMBLANCE = new RegExp(
  [
    `^["']?(${MEMBER})["']?[ \\t]*:`,
    `^\\s*\\{\\s*"(${MEMBER})"\\s*:`,
    `^[\\s{]*"?(apiVersion"?\\s*:\\s*["']?(scaffolder\\.)?backstage\\.io/|kind"?\\s*:\\s*["']?DataContract\\b)`,
    `"dbt_schema_version"\\s*:`,
  ].join("|"),
  "m",
);

/** Whether a text that cannot be read seems to have been meant as a descriptor. */
export const resemblesDescriptor = (text: string): boolean => RESEMBLANCE.test(text);
