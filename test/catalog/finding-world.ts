import type { DatasetInput } from "../../src/catalog/dataset-model";
import { FINDING_KINDS, type Finding } from "../../src/catalog/finding-model";
import { createSweepFindingsJob } from "../../src/catalog/jobs/sweep-findings-job";
import type { Dataset } from "../../src/catalog/model";
import type { OwnershipAssignment, OwnershipRole } from "../../src/catalog/ownership-model";
import { type FindingFilter, listFindings } from "../../src/catalog/storage/finding-queries";
import { assignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { registerDataset } from "../../src/catalog/use-cases/register-dataset";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup } from "../support/setup";

export const actor = "ada";
export const EMAIL = { name: "email", categories: ["user.contact.email"] };
export const CLASSIFIED = { name: "sku", categories: [] };

/** A world in which things are registered under names of their own, and what is found of them. */
export async function findingWorld() {
  const world = await setup();
  const { deps, clock } = world;
  let count = 0;
  const fresh = (what: string): string => `${what}-${String((count += 1)).padStart(3, "0")}`;
  const list = async (filter: Partial<FindingFilter>): Promise<Finding[]> => {
    const page = await listFindings(deps.db, { kinds: FINDING_KINDS, includeSilenced: false, ...filter }, { first: 100 });
    return page.edges.map(({ node }) => node);
  };
  return {
    ...world,
    fresh,
    entity: async (): Promise<string> => (await registerEntity(deps, { actor, key: fresh("entity"), name: "Entity" })).key,
    service: async (more: { endpointUrl?: string; team?: string } = {}): Promise<string> =>
      (await registerService(deps, { actor, key: fresh("service"), name: "Service", ...more })).key,
    dataset: (more: Partial<DatasetInput> = {}): Promise<Dataset> => registerDataset(deps, { actor, namespace: "postgres://db", name: fresh("table"), ...more }),
    assign: (entity: string, service: string, role: OwnershipRole, more: { validFrom?: Date; validTo?: Date } = {}): Promise<OwnershipAssignment> =>
      assignOwnership(deps, { actor, entity, service, role, ...more }),
    list,
    /** `KIND: message` of what is open or accepted about a subject, in the order of the kinds. */
    findingsOf: async (subject: string): Promise<string[]> => (await list({ subject })).map(({ kind, message }) => `${kind}: ${message}`).sort(),
    kindsOf: async (subject: string): Promise<string[]> => (await list({ subject })).map(({ kind }) => kind).sort(),
    resolvedOf: (subject: string): Promise<Finding[]> => list({ subject, state: "RESOLVED" }),
    /** Looks until nothing is due any more; answers how much was. */
    async sweep(): Promise<number> {
      const job = createSweepFindingsJob(deps);
      let looked = 0;
      for (let done = await job.runOnce(); done > 0; done = await job.runOnce()) looked += done;
      return looked;
    },
    inDays: (days: number): Date => new Date(clock.now().getTime() + days * 86_400_000),
  };
}
export type FindingWorld = Awaited<ReturnType<typeof findingWorld>>;
