import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Facets } from "../model";
import { findFacets, findFreshness, findJobEnds, type Freshness } from "../storage/job-queries";
import { findNodeIds } from "../storage/node-queries";

export const facetsLoader = ({ deps }: RequestContext): DataLoader<number, Facets> =>
  new DataLoader(async (numbers) => {
    const found = await findFacets(deps.db, numbers);
    return numbers.map((number) => found.get(number) ?? {});
  });

export const freshnessLoader = ({ deps }: RequestContext): DataLoader<number, Freshness | null> =>
  new DataLoader(async (numbers) => {
    const found = await findFreshness(deps.db, numbers);
    return numbers.map((number) => found.get(number) ?? null);
  });

interface JobEnds {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export const jobEndsLoader = ({ deps }: RequestContext): DataLoader<number, JobEnds> =>
  new DataLoader(async (jobs) => {
    const found = await findJobEnds(deps.db, jobs);
    const ids = await findNodeIds(deps.db, [...new Set([...found.values()].flatMap(({ inputs, outputs }) => [...inputs, ...outputs]))]);
    const named = (numbers: readonly number[] = []): string[] => [...new Set(numbers.map((number) => ids.get(number)!))].sort();
    return jobs.map((job) => ({ inputs: named(found.get(job)?.inputs), outputs: named(found.get(job)?.outputs) }));
  });
