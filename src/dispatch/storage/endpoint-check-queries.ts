import type { Reader } from "../../platform/database/sql";
import type { EndpointCheck } from "../endpoint-check-model";

/** Last examinations by the key of the service; those never examined are left out. */
export async function findEndpointChecks(reader: Reader, services: readonly string[]): Promise<Map<string, EndpointCheck>> {
  const rows = await reader.query<EndpointCheck & { service: string }>(
    "findEndpointChecks",
    `select c.service_key as service, c.endpoint_url as "endpointUrl", c.at, c.passed, c.checks from endpoint_checks c where c.service_key = any($1::text[])`,
    [services],
  );
  return new Map(rows.map(({ service, ...check }) => [service, check]));
}
