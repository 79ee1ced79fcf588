import type { Reader } from "../../platform/database/sql";
import type { Descriptor } from "../descriptors/descriptor-model";
import { type DatasetName, datasetUrn, normaliseNamespace } from "../public-ids";
import { findDeclaredNames } from "../storage/name-queries";

/**
 * The descriptor with each dataset under the name that it goes by: a source may go on declaring a dataset that was renamed since, or whose
 * namespace has an alias. What was merged into another dataset while a source declared it is still declared for itself. A dataset that the
 * source declares by two of its names is an error.
 */
export async function withNamesOfRoots(reader: Reader, descriptor: Descriptor): Promise<Descriptor> {
  if (descriptor.datasets.length === 0) return descriptor;
  const asked = descriptor.datasets.map(({ input }): DatasetName => ({ namespace: normaliseNamespace(input.namespace), name: input.name }));
  const names = await findDeclaredNames(reader, asked);
  const seen = new Set<string>();
  const errors = [...descriptor.errors];
  const datasets = descriptor.datasets.flatMap((declared, index) => {
    const name = names[index]!;
    const id = datasetUrn(name);
    if (seen.has(id)) errors.push({ at: declared.at, text: `${id} stands in this source by another of its names already` });
    if (seen.has(id)) return [];
    seen.add(id);
    return [{ ...declared, input: { ...declared.input, ...name } }];
  });
  return { ...descriptor, datasets, errors };
}
