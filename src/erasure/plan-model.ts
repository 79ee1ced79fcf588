import type { GapReason } from "./model";

/** A dataset that may hold the person, and how we know. */
export interface Candidate {
  readonly datasetId: number;
  /** The dataset's public id. */
  readonly urn: string;
  readonly serviceKey: string | null;
  /** Identifier types under which the dataset can be asked. */
  readonly identifierTypes: readonly string[];
  readonly path: readonly string[];
  /** DECLARES_IDENTIFIER, EMBODIES_ENTITY or REACHED_BY_CUSTODY. */
  readonly reason: string;
}

export interface Endpoint {
  readonly executor: string;
  readonly endpointUrl: string | null;
  readonly publicKeys: readonly string[];
  readonly kinds: readonly string[];
}

export interface PlannedTask {
  readonly datasetId: number;
  readonly serviceKey: string;
  readonly identifierTypes: readonly string[];
  readonly path: readonly string[];
  readonly reason: string;
}

export interface PlannedGap {
  /** Public id of the place that no order reaches. */
  readonly place: string;
  readonly reason: GapReason;
  readonly path: readonly string[];
}

export interface Plan {
  readonly tasks: readonly PlannedTask[];
  readonly gaps: readonly PlannedGap[];
}

/**
 * Gives every candidate a task, a gap, or both. A place that no order can reach is a gap; a service that cannot be asked to verify
 * still gets its order, but the gap stays, because its absence will never be proven.
 */
export function drawPlan(candidates: readonly Candidate[], endpoints: ReadonlyMap<string, Endpoint>, known: ReadonlySet<string>): Plan {
  const tasks: PlannedTask[] = [];
  const gaps: PlannedGap[] = [];
  for (const { datasetId, urn, serviceKey, identifierTypes, path, reason } of candidates) {
    const gap = (why: GapReason): void => void gaps.push({ place: urn, reason: why, path });
    const endpoint = serviceKey === null ? undefined : endpoints.get(serviceKey);
    const usable = identifierTypes.filter((type) => known.has(type)).sort();
    if (serviceKey === null) gap("NO_SERVICE");
    else if (endpoint === undefined || !isReachable(endpoint)) gap("NO_ENDPOINT");
    else if (!endpoint.kinds.includes("erase")) gap("KIND_NOT_TAKEN");
    else if (usable.length === 0) gap("NO_IDENTIFIER");
    else {
      if (!endpoint.kinds.includes("verify")) gap("KIND_NOT_TAKEN");
      tasks.push({ datasetId, serviceKey, identifierTypes: usable, path, reason });
    }
  }
  return { tasks, gaps };
}

const isReachable = (endpoint: Endpoint): boolean =>
  endpoint.executor === "PARTICIPANT" && endpoint.endpointUrl !== null && endpoint.publicKeys.length > 0;
