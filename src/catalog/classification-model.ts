import { checkFields } from "./dataset-model";
import { distinct } from "./entity-model";
import { serviceKeyOf } from "./public-ids";
import { check, exactNameFault, type Fault, keyFault } from "./text-model";

/** Which fields of datasets in use to classify, and as what. */
export interface ClassificationInput {
  /** Of the name, in any case; * stands for any characters. */
  readonly fieldPattern: string;
  /** Of the type, likewise; fields without a type are left out then. */
  readonly typePattern?: string | null;
  readonly namespacePrefix?: string | null;
  /** Of the dataset's name, in any case. */
  readonly namePrefix?: string | null;
  /** `service:<key>` or the bare key. */
  readonly service?: string | null;
  /** Empty: declares them not personal. */
  readonly categories: readonly string[];
  /** Leaves what is classified as it is. */
  readonly onlyUnclassified: boolean;
}

/** All that is wrong with the input by itself. */
export const checkClassification = (input: ClassificationInput): Fault[] => [
  ...check(["fieldPattern"], input.fieldPattern, exactNameFault),
  ...check(["typePattern"], input.typePattern, exactNameFault),
  ...check(["namespacePrefix"], input.namespacePrefix, exactNameFault),
  ...check(["namePrefix"], input.namePrefix, exactNameFault),
  ...check(["service"], input.service, (id) => keyFault(serviceKeyOf(id))),
  // As categories of a field are checked, but for where they stand.
  ...checkFields([{ name: "any", categories: distinct(input.categories) }]).map(({ path, text }) => ({ path: path.slice(2), text })),
];

/** `unclassified`, `not personal`, or the categories */
export const classificationText = (categories: readonly string[] | null): string =>
  categories === null ? "unclassified" : categories.length === 0 ? "not personal" : categories.join(", ");
