import { setImmediate } from "node:timers/promises";
import { datasetUrn, entityId, ruleId, serviceId, teamId } from "../public-ids";
import { readBackstageDescriptor } from "./backstage-descriptor";
import { readDbtDescriptor } from "./dbt-descriptor";
import { type Declared, type Descriptor, type DescriptorFormat, EMPTY_DESCRIPTOR, type ReadDescriptor } from "./descriptor-model";
import type { PlacedFile, TextError } from "./places";
import { readFideslangDescriptor } from "./fideslang-descriptor";
import { readNativeDescriptor } from "./native-descriptor";
import { readOdcsDescriptor } from "./odcs-descriptor";
import { recogniseFormat, resemblesDescriptor } from "./recognise-format";
import { readYaml, type YamlNode } from "./yaml-document";

const READERS: Record<DescriptorFormat, ReadDescriptor> = {
  CADASTRE: readNativeDescriptor,
  BACKSTAGE: readBackstageDescriptor,
  FIDESLANG: readFideslangDescriptor,
  ODCS: readOdcsDescriptor,
  DBT: readDbtDescriptor,
};

export interface ReadSource {
  readonly descriptor: Descriptor;
  /** Paths of files in which nothing was recognised. */
  readonly skipped: readonly string[];
}

/** Reads all files of a source as one descriptor, each document in its own format. AUTO: the one that it shows. */
export async function readSource(files: readonly PlacedFile[], format: DescriptorFormat | "AUTO"): Promise<ReadSource> {
  const skipped: string[] = [];
  const errors: TextError[] = [];
  const documentsOf = new Map<DescriptorFormat, YamlNode[]>();
  for (const file of files) {
    await setImmediate(); // Large files are read one after the other; others are served in between.
    const { documents, errors: misread } = readYaml(file);
    const formats = documents.map((document) => (format === "AUTO" ? recogniseFormat(document) : format));
    const isBroken = misread.length > 0 && resemblesDescriptor(file.text);
    if (file.skippable && !isBroken && formats.every((found) => found === undefined)) {
      skipped.push(file.path);
      continue;
    }
    for (const error of misread) errors.push(error);
    for (const [index, document] of documents.entries()) {
      const found = formats[index];
      if (found === undefined) errors.push({ at: document.at, text: "no descriptor format is recognised here; name the format" });
      else if (documentsOf.has(found)) documentsOf.get(found)!.push(document);
      else documentsOf.set(found, [document]);
    }
  }
  const descriptors = [...documentsOf].map(([name, documents]) => READERS[name](documents));
  return { descriptor: withoutRepetitions(descriptors.reduce(together, { ...EMPTY_DESCRIPTOR, errors })), skipped };
}

const together = (one: Descriptor, other: Descriptor): Descriptor => ({
  teams: [...one.teams, ...other.teams],
  services: [...one.services, ...other.services],
  entities: [...one.entities, ...other.entities],
  datasets: [...one.datasets, ...other.datasets],
  assignments: [...one.assignments, ...other.assignments],
  rules: [...one.rules, ...other.rules],
  named: new Set([...one.named, ...other.named]),
  references: [...one.references, ...other.references],
  errors: [...one.errors, ...other.errors],
});

/** What a source says of one thing stands in one place of it. */
function withoutRepetitions(descriptor: Descriptor): Descriptor {
  const errors = [...descriptor.errors];
  const once = <Input>(declared: readonly Declared<Input>[], idOf: (input: Input) => string): Declared<Input>[] => {
    const seen = new Set<string>();
    return declared.filter(({ input, at }) => {
      const id = idOf(input);
      if (seen.has(id)) errors.push({ at, text: `${id} stands in this source twice` });
      return !seen.has(id) && seen.add(id);
    });
  };
  return {
    ...descriptor,
    teams: once(descriptor.teams, ({ key }) => teamId(key)),
    services: once(descriptor.services, ({ key }) => serviceId(key)),
    entities: once(descriptor.entities, ({ key }) => entityId(key)),
    datasets: once(descriptor.datasets, datasetUrn),
    rules: once(descriptor.rules, ({ key }) => ruleId(key)),
    errors,
  };
}
