import type { Tx } from "../../platform/database/sql";
import type { EndpointCheck } from "../endpoint-check-model";

/** Keeps what an examination found, instead of what the one before it did. */
export async function saveEndpointCheck(tx: Tx, service: string, { endpointUrl, at, passed, checks }: EndpointCheck): Promise<void> {
  await tx.execute(
    "saveEndpointCheck",
    `insert into endpoint_checks (service_key, endpoint_url, at, passed, checks) values ($1, $2, $3, $4, $5)
     on conflict (service_key) do update
       set endpoint_url = excluded.endpoint_url, at = excluded.at, passed = excluded.passed, checks = excluded.checks`,
    [service, endpointUrl, at, passed, JSON.stringify(checks)],
  );
}
