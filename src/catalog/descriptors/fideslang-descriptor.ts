import { serviceId } from "../public-ids";
import { type Descriptor, EMPTY_DESCRIPTOR } from "./descriptor-model";
import type { TextError } from "./places";
import { readCategories } from "./fideslang-category";
import { readDataset } from "./fideslang-dataset";
import { type FidesSystem, readSystem } from "./fideslang-system";
import type { YamlNode } from "./yaml-document";
import { anything, listOf, openMapOf, optional } from "./yaml-shape";

const MANIFEST = openMapOf({ dataset: optional(listOf(anything)), system: optional(listOf(anything)), data_category: optional(listOf(anything)) });
const SECTIONS = [
  "dataset", "system", "data_category", "data_use", "data_subject", "data_qualifier", "organization", "policy", "registry", "evaluation",
];

/**
 * Reads fideslang manifests: a collection of a dataset is a dataset, a system a service, and `data_category` adds categories for this source.
 * A dataset belongs to the one system of the source that refers to it. Policies, organisations, uses and subjects are without effect; contacts are
 * left out, and so are texts with an e-mail address.
 */
export function readFideslangDescriptor(documents: readonly YamlNode[]): Descriptor {
  const errors: TextError[] = [];
  const manifests = documents.filter((node) => node.kind !== "scalar" || node.text !== null).map((node) => {
    const isManifest = node.kind !== "map" || SECTIONS.some((name) => node.entries.has(name));
    if (!isManifest) errors.push({ at: node.at, text: `none of the members of fideslang stands here: ${SECTIONS.join(", ")}` });
    return MANIFEST(node, errors);
  });
  const known = readCategories(manifests.flatMap(({ data_category: nodes }) => nodes ?? []), errors);
  const systems = manifests.flatMap(({ system: nodes }) => nodes ?? []).map((node) => readSystem(node, errors));
  const around = { known, systems: systemsByDataset(systems) };
  return {
    ...EMPTY_DESCRIPTOR,
    services: systems.flatMap(({ declared }) => declared),
    datasets: manifests.flatMap(({ dataset: nodes }) => nodes ?? []).flatMap((node) => readDataset(node, around, errors)),
    named: new Set(systems.map(({ key }) => serviceId(key))),
    errors,
  };
}

/** Keys of the systems that refer to a dataset, each once. */
function systemsByDataset(systems: readonly FidesSystem[]): Map<string, string[]> {
  const byDataset = new Map<string, string[]>();
  for (const { key, declared, datasets } of systems) {
    for (const dataset of declared.length > 0 ? new Set(datasets) : []) {
      const systemsOfIt = byDataset.get(dataset);
      if (systemsOfIt === undefined) byDataset.set(dataset, [key]);
      else systemsOfIt.push(key);
    }
  }
  return byDataset;
}
