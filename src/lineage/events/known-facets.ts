import { type Check, compileStopping } from "./compile-schema";
import { DATASET_FACETS } from "./dataset-facet-schemas";
import { JOB_FACETS } from "./job-facet-schemas";
import { INPUT_FACETS, OUTPUT_FACETS } from "./role-facet-schemas";
import { RUN_FACETS } from "./run-facet-schemas";

/** Where in an event facets stand. */
export type FacetPlace = "DATASET" | "INPUT" | "OUTPUT" | "JOB" | "RUN";

const compileAll = (schemas: Readonly<Record<string, object>>): ReadonlyMap<string, Check> =>
  new Map(Object.entries(schemas).map(([name, schema]) => [name, compileStopping(schema)]));

/** The checks of the facets that we know, by name. */
export const KNOWN_FACETS: Readonly<Record<FacetPlace, ReadonlyMap<string, Check>>> = {
  DATASET: compileAll(DATASET_FACETS),
  INPUT: compileAll(INPUT_FACETS),
  OUTPUT: compileAll(OUTPUT_FACETS),
  JOB: compileAll(JOB_FACETS),
  RUN: compileAll(RUN_FACETS),
};
