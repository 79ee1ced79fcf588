import type { Tx } from "../../platform/database/sql";
import type { Service } from "../model";
import { findDatasetsOfServices } from "../storage/dataset-queries";
import { writeServices } from "../storage/definition-store";
import { findEntitiesOfServices } from "../storage/ownership-queries";
import { withdrawLiveness } from "./record-dataset-proofs";
import { refreshFindings } from "./refresh-findings";

/**
 * Writes services as given. Where orders go to another address from now on, nothing is known of the handlers there: what proved the former
 * ones alive is forgotten. What relies on a service that is retired, or comes back, is looked at again. `known` answers what stands in the
 * register. Writes: services, dataset_proofs, findings.
 */
export async function writeChangedServices(tx: Tx, services: readonly Service[], known: (service: Service) => Service | undefined): Promise<void> {
  await writeServices(tx, services);
  const moved = services.filter((service) => (known(service)?.endpointUrl ?? service.endpointUrl) !== service.endpointUrl);
  if (moved.length > 0) await withdrawLiveness(tx, await findDatasetsOfServices(tx, moved.map(({ key }) => key)));
  const turned = services.filter((service) => (known(service)?.retiredAt ?? null) === null !== (service.retiredAt === null)).map(({ key }) => key);
  if (turned.length > 0) {
    await refreshFindings(tx, { entityKeys: await findEntitiesOfServices(tx, turned), datasetNumbers: await findDatasetsOfServices(tx, turned) });
  }
}
