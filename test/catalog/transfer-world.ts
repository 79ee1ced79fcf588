import { findCurrentAssignments } from "../../src/catalog/storage/ownership-queries";
import { findTransfers } from "../../src/catalog/storage/transfer-queries";
import type { OwnershipTransfer } from "../../src/catalog/transfer-model";
import { assignOwnership, type AssignOwnership } from "../../src/catalog/use-cases/assign-ownership";
import { type ProposeOwnershipTransfer, proposeOwnershipTransfer } from "../../src/catalog/use-cases/propose-ownership-transfer";
import { registerEntity } from "../../src/catalog/use-cases/register-entity";
import { registerService } from "../../src/catalog/use-cases/register-service";
import { setup } from "../support/setup";

/** Services `crm`, `shop` and `mail`; Ada proposes, Bob and Cleo decide. */
export async function transferWorld() {
  const world = await setup();
  const { deps, clock } = world;
  for (const key of ["crm", "shop", "mail"]) await registerService(deps, { actor: "ada", key, name: key });
  let entities = 0;

  return {
    ...world,
    /** The instant this many days from now. */
    inDays: (days: number): Date => new Date(clock.now().getTime() + days * 86_400_000),
    /** A new entity that nobody owns. */
    async entity(): Promise<string> {
      const key = `entity-${(entities += 1)}`;
      await registerEntity(deps, { actor: "ada", key, name: key });
      return key;
    },
    /** A new entity whose system of record is crm. */
    async owned(more: Partial<AssignOwnership> = {}): Promise<string> {
      const entity = await this.entity();
      await assignOwnership(deps, { actor: "ada", entity, service: "crm", role: "SYSTEM_OF_RECORD", ...more });
      return entity;
    },
    propose: (entity: string, more: Partial<ProposeOwnershipTransfer> = {}): Promise<OwnershipTransfer> =>
      proposeOwnershipTransfer(deps, { actor: "ada", entity, to: "shop", ...more }),
    transfer: async ({ id }: { id: string }): Promise<OwnershipTransfer> => (await findTransfers(deps.db, [id])).get(id)!,
    /** Each system of record as known now, `service from until`. */
    async owners(entity: string): Promise<string[]> {
      const current = await findCurrentAssignments(deps.db, [entity]);
      const systems = current.filter(({ role, validFrom, validTo }) => role === "SYSTEM_OF_RECORD" && validFrom.getTime() !== validTo?.getTime());
      return systems.map(({ serviceKey, validFrom, validTo }) => `${serviceKey} ${validFrom.toISOString()} ${validTo?.toISOString() ?? "on"}`);
    },
  };
}
export type TransferWorld = Awaited<ReturnType<typeof transferWorld>>;
