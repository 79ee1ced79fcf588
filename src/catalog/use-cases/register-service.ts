import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { isUnchanged } from "../change-model";
import type { Service } from "../model";
import { checkService, mergeService, type ServiceInput } from "../service-model";
import { lockDefinitions } from "../storage/definition-store";
import { findServices } from "../storage/service-queries";
import { refusalOf } from "../text-model";
import { refreshFindings } from "./refresh-findings";
import { writeChangedServices } from "./write-changed-services";

export interface RegisterService extends ServiceInput {
  readonly actor: string;
}

/**
 * Registers a service, or changes one: omitted members stay, null takes one back to its default, and a retired service is brought back.
 * Refuses (BAD_USER_INPUT) with every fault of the input. Idempotent on the key; what changes nothing writes nothing.
 * Writes: services, dataset_proofs where its address changes, findings, one audit entry.
 */
export async function registerService(deps: Deps, { actor, ...input }: RegisterService): Promise<Service> {
  const faults = checkService(input);
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const known = (await findServices(tx, [input.key])).get(input.key);
    const service = mergeService(known, input);
    if (isUnchanged(known, service)) return service;
    await writeChangedServices(tx, [service], () => known);
    await refreshFindings(tx, { serviceKeys: [service.key] });
    await appendAuditEntry(tx, { action: "catalog.register-service", actor, object: service.id });
    return service;
  });
}
