import type { Facets } from "../model";
import { checkDeletableFacet, checkFacet } from "./core-schema";
import { examineFacet, mend } from "./examine-facet";
import { type Fault, pathTo, type Warning } from "./fault-model";
import { type FacetPlace, KNOWN_FACETS } from "./known-facets";
import { nameFault } from "./text-model";

/** A facet as sent; of a known one that was not deleted its schema holds. */
export type Facet = { readonly [member: string]: unknown; readonly _deleted?: boolean };

const NO_FACETS: Facets = {};

/** Reads the facets of one event, gathering what is wrong with them. */
export class FacetReader {
  readonly faults: Fault[] = [];
  readonly warnings: Warning[] = [];

  /**
   * The facets that can be kept. One that is no facet at all is a fault of the event; a known one that breaks its schema, or any that
   * cannot be stored, is left out with a warning.
   */
  read(facets: unknown, place: FacetPlace, at: string): Facets {
    if (facets === undefined) return NO_FACETS;
    const leftOut = new Set<string>();
    for (const [name, facet] of Object.entries(facets as Record<string, unknown>)) {
      const path = pathTo(at, name);
      const faults = this.coreFaults(name, facet, place, path);
      const broken = faults.length > 0 ? undefined : brokenBy(name, facet as Facet, place, path);
      this.faults.push(...faults);
      if (broken !== undefined) this.warnings.push({ facet: name, ...broken });
      if (faults.length > 0 || broken !== undefined) leftOut.add(name);
    }
    return leftOut.size === 0 ? (facets as Facets) : without(facets as Facets, leftOut);
  }

  /** The other facets, one having turned out to be broken by what its schema cannot tell. */
  setAside(facets: Facets, facet: string, fault: Fault): Facets {
    this.warnings.push({ facet, ...fault });
    return without(facets, new Set([facet]));
  }

  private coreFaults(name: string, facet: unknown, place: FacetPlace, path: string): Fault[] {
    const fault = nameFault("facet", name);
    if (fault !== undefined) return [{ path, message: `is a name that ${fault}` }];
    return (place === "DATASET" || place === "JOB" ? checkDeletableFacet : checkFacet)(facet, path);
  }
}

const without = (facets: Facets, names: ReadonlySet<string>): Facets =>
  Object.fromEntries(Object.entries(facets).filter(([name]) => !names.has(name)));

/** What is wrong with a facet, if anything; mends its texts if nothing is. A deleted one has nothing more to say. */
function brokenBy(name: string, facet: Facet, place: FacetPlace, path: string): Fault | undefined {
  const examined = examineFacet(facet, path);
  if ("fault" in examined) return examined.fault;
  const check = facet._deleted === true ? undefined : KNOWN_FACETS[place].get(name);
  const [fault] = check?.(facet, path) ?? [];
  if (fault === undefined) mend(examined.unstorable);
  return fault;
}
