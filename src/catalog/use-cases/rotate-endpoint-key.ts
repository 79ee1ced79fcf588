import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { notFound } from "../../platform/errors";
import { isUnchanged } from "../change-model";
import type { Service } from "../model";
import { serviceId, serviceKeyOf } from "../public-ids";
import { publicKeyFault, rotateKeys } from "../service-model";
import { lockDefinitions, writeServices } from "../storage/definition-store";
import { findServices } from "../storage/service-queries";
import { check, keyFault, refusalOf } from "../text-model";

export interface RotateEndpointKey {
  readonly actor: string;
  /** `service:<key>` or the bare key. */
  readonly service: string;
  /** `whpk_…` */
  readonly publicKey: string;
  /** The former key was stolen or lost: from now on only the new one is accepted. */
  readonly revokeFormer?: boolean;
}

/**
 * Makes a key the newest for a service's receipts; the former newest stays accepted, one more does not, unless `revokeFormer`.
 * Refuses (BAD_USER_INPUT) what is no Ed25519 public key, (NOT_FOUND) an unknown service. A no-op where the keys are these already.
 * Writes: services, one audit entry.
 */
export async function rotateEndpointKey(deps: Deps, { actor, service: id, publicKey, revokeFormer = false }: RotateEndpointKey): Promise<Service> {
  const key = serviceKeyOf(id);
  const faults = [...check(["service"], key, keyFault), ...check(["publicKey"], publicKey, publicKeyFault)];
  if (faults.length > 0) throw refusalOf(faults);
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    const known = (await findServices(tx, [key])).get(key);
    if (known === undefined) throw notFound(`${serviceId(key)}: not registered; register it first`);
    const service = { ...known, publicKeys: revokeFormer ? [publicKey] : rotateKeys(known.publicKeys, publicKey) };
    if (isUnchanged(known, service)) return service;
    await writeServices(tx, [service]);
    await appendAuditEntry(tx, { action: "catalog.rotate-endpoint-key", actor, object: service.id });
    return service;
  });
}
