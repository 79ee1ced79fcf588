import type { DatasetInput } from "../dataset-model";
import { datasetUrn } from "../public-ids";
import { type Declared, type Descriptor, EMPTY_DESCRIPTOR, type Reference } from "./descriptor-model";
import type { TextError } from "./places";
import { customProperties } from "./odcs-custom";
import { readObject } from "./odcs-object";
import { agreementsOf, termsOf } from "./odcs-terms";
import type { YamlNode } from "./yaml-document";
import { anything, isEmpty, jsonMap, listOf, memberOf, openMapOf, optional, required, type Shape, text, textOf } from "./yaml-shape";

const matching =
  (pattern: RegExp, wanted: string): Shape<string> =>
  (node, errors) => {
    const written = text(node, errors);
    if (textOf(node) !== undefined && !pattern.test(written)) errors.push({ at: node.at, text: `expected ${wanted}` });
    return written;
  };

const CONTRACT = openMapOf({
  apiVersion: required(matching(/^v?3\./, "version 3 of the standard, such as v3.1.0: no other version is read")),
  kind: required(matching(/^DataContract$/, "DataContract")),
  id: required(text), version: required(text), status: required(text),
  schema: optional(listOf(anything)), servers: optional(listOf(jsonMap)), customProperties: optional(customProperties),
});

/** A dataset of one version of a contract. */
interface Draft extends Declared<DatasetInput> {
  readonly contract: { readonly id: string; readonly version: string };
}

/**
 * Reads contracts of the Open Data Contract Standard, version 3: each schema object is a dataset `odcs://<contract id>` + name, its
 * properties are fields. What the register has no member for is kept in `properties`: the contract's members under their own names, those
 * of the object under `schema`. People, e-mail addresses and sample values are not kept.
 * An object that stands in several versions of a contract is taken from the latest.
 */
export function readOdcsDescriptor(documents: readonly YamlNode[]): Descriptor {
  const errors: TextError[] = [];
  const references: Reference[] = [];
  const drafts = documents.filter((document) => !isEmpty(document)).flatMap((document) => readContract(document, errors, references));
  return { ...EMPTY_DESCRIPTOR, datasets: latest(drafts), references, errors };
}

function readContract(document: YamlNode, errors: TextError[], references: Reference[]): Draft[] {
  const contract = CONTRACT(document, errors);
  const objects = contract.schema ?? [];
  const terms = termsOf(document);
  const namesOf = (object: YamlNode): string[] => ["name", "physicalName"].flatMap((name) => textOf(memberOf(object, name)) ?? []);
  const agreements = agreementsOf(document, objects.map(namesOf));
  return objects.flatMap((object, index): Draft[] => {
    const slaProperties = agreements(index);
    const surroundings = { ...contract, document, terms: slaProperties.length > 0 ? { ...terms, slaProperties } : terms };
    return readObject(object, surroundings, errors, references).map((declared) => ({ ...declared, contract }));
  });
}

// Numbers in a version count as numbers: 1.10.0 comes after 1.9.0.
const byVersion = new Intl.Collator("en", { numeric: true });

/** Of what several versions of one contract describe, the latest. */
function latest(drafts: readonly Draft[]): Draft[] {
  const newest = new Map<string, Draft>();
  for (const draft of drafts) {
    const urn = datasetUrn(draft.input);
    const known = newest.get(urn);
    if (known === undefined || byVersion.compare(draft.contract.version, known.contract.version) > 0) newest.set(urn, draft);
  }
  return drafts.filter(({ input, contract }) => {
    const { contract: other } = newest.get(datasetUrn(input))!;
    return other.id !== contract.id || byVersion.compare(other.version, contract.version) === 0;
  });
}
