import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { isUnchanged } from "../change-model";
import { checkEntity, type EntityInput, mergeEntity } from "../entity-model";
import type { Entity } from "../model";
import { lockDefinitions, writeEntities } from "../storage/definition-store";
import { findEntities } from "../storage/entity-queries";
import { refusalOf } from "../text-model";
import { refreshFindings } from "./refresh-findings";

export interface RegisterEntity extends EntityInput {
  readonly actor: string;
}

/**
 * Registers an entity, or changes one: omitted members stay, null takes one back to its default, and a retired entity is brought back.
 * Refuses (BAD_USER_INPUT) with every fault of the input. Idempotent on the key; what changes nothing writes nothing.
 * Writes: entities, findings, one audit entry.
 */
export async function registerEntity(deps: Deps, { actor, ...input }: RegisterEntity): Promise<Entity> {
  const faults = checkEntity(input);
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const known = (await findEntities(tx, [input.key])).get(input.key);
    const entity = mergeEntity(known, input);
    if (isUnchanged(known, entity)) return entity;
    await writeEntities(tx, [entity]);
    await refreshFindings(tx, { entityKeys: [entity.key] });
    await appendAuditEntry(tx, { action: "catalog.register-entity", actor, object: entity.id });
    return entity;
  });
}
