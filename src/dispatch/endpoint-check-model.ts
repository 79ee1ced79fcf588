import type { CatalogDataset, Service } from "../catalog";

/** What the last examination of a service's endpoint found. */
export interface EndpointCheck {
  /** The address that was examined. */
  readonly endpointUrl: string;
  readonly at: Date;
  readonly passed: boolean;
  readonly checks: readonly CheckResult[];
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** What was wrong, or what could not be shown; names datasets and outcomes, no values. */
  readonly message: string | null;
}

/** A service whose endpoint can be examined, as it is registered when the examination begins. */
export type ExaminedService = Service & { readonly endpointUrl: string };

/** Why a service cannot be examined, if so. */
export function unexaminable(service: Service): string | undefined {
  if (service.executor !== "PARTICIPANT") return "its executor is not PARTICIPANT: no orders of our protocol go to it";
  if (service.endpointUrl === null) return "it has no endpoint: register its endpointUrl";
  return service.publicKeys.length === 0 ? "it has no public key, so that no answer could be believed: register its whpk_" : undefined;
}

/** Whether what was examined is still what is registered: the same address, believed by the same keys. */
export const isStillExamined = (examined: ExaminedService, now: Service | undefined): boolean =>
  now !== undefined && unexaminable(now) === undefined && now.endpointUrl === examined.endpointUrl && String(now.publicKeys) === String(examined.publicKeys);

/** Whether what a dataset's verify handler has shown holds for the dataset as it is registered now. */
export const isSameDataset = (examined: CatalogDataset, now: CatalogDataset | undefined): boolean =>
  now !== undefined && now.serviceKey === examined.serviceKey && String(now.identifierTypes) === String(examined.identifierTypes);
