import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import type { Finding } from "../finding-model";
import { earliestOf, findingsThen, type MatrixInstants } from "../matrix-model";
import { findOpenFindings } from "../storage/finding-queries";
import { findOwnershipFaults } from "../storage/matrix-queries";

/** A row whose findings are wanted. */
export interface FindingsKey extends MatrixInstants {
  readonly entityKey: string;
}

/** Findings of entities: as the register holds them now, or as they were at the instants asked for. */
export const matrixFindingsLoader = ({ deps }: RequestContext): DataLoader<FindingsKey, Finding[]> =>
  new DataLoader<FindingsKey, Finding[], string>(
    async (asked) => {
      const open = await findOpenFindings(deps.db, { entityKeys: [...new Set(asked.map(({ entityKey }) => entityKey))] });
      const past = asked.filter((row) => earliestOf(row) !== null);
      const keys = past.map(({ entityKey, asOf, knownAt }) => ({ key: entityKey, asOf: asOf ?? deps.clock.now(), knownAt }));
      const faults = past.length === 0 ? [] : await findOwnershipFaults(deps.db, keys);
      const then = new Map(past.map((row, index) => [row, findingsThen(row.entityKey, open.get(row.entityKey) ?? [], faults[index]!, earliestOf(row)!)]));
      return asked.map((row) => then.get(row) ?? open.get(row.entityKey) ?? []);
    },
    { cacheKeyFn: ({ entityKey, asOf, knownAt }) => `${entityKey} ${asOf?.getTime() ?? ""} ${knownAt?.getTime() ?? ""}` },
  );
