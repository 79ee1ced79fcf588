import type { Tx } from "../../platform/database/sql";
import type { Service } from "../model";
import { findDatasetsOfServices } from "../storage/dataset-queries";
import { writeServices } from "../storage/definition-store";
import { withdrawLiveness } from "./record-dataset-proofs";

/**
 * Writes services as given. Where orders go to another address from now on, nothing is known of the handlers there: what proved the former
 * ones alive is forgotten. `known` is what stands in the register, by key or public id. Writes: services, dataset_proofs, findings.
 */
export async function writeChangedServices(tx: Tx, services: readonly Service[], known: (service: Service) => Service | undefined): Promise<void> {
  await writeServices(tx, services);
  const moved = services.filter((service) => (known(service)?.endpointUrl ?? service.endpointUrl) !== service.endpointUrl);
  if (moved.length > 0) await withdrawLiveness(tx, await findDatasetsOfServices(tx, moved.map(({ key }) => key)));
}
