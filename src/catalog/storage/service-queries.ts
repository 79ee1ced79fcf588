import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import type { Service } from "../model";

/** A `Service`, as every statement that reads services answers it. */
export const SERVICE_COLUMNS = `'service:' || s.key as id, s.key, s.name, s.description, s.team, s.executor, s.endpoint_url as "endpointUrl",
  s.public_keys as "publicKeys", s.kinds, s.timeout_ms as "timeoutMs", s.backup_horizon as "backupHorizon", s.properties, s.retired_at as "retiredAt"`;

/** Services by key; keys of none are left out. A retired service still has its endpoint: what it holds is not gone with it. */
export async function findServices(reader: Reader, keys: readonly string[]): Promise<Map<string, Service>> {
  const rows = await reader.query<Service>("findServices", `select ${SERVICE_COLUMNS} from services s where s.key = any($1)`, [keys]);
  return new Map(rows.map((service) => [service.key, service]));
}

export interface ServiceFilter {
  readonly team?: string | null;
  readonly endpointUrl?: string | null;
}

/** One page of the services in use, by key. */
export async function listServices(reader: Reader, { team, endpointUrl }: ServiceFilter, page: PageRequest): Promise<Page<Service>> {
  const rows = await reader.query<Service>(
    "listServices",
    `select ${SERVICE_COLUMNS} from services s
     where s.retired_at is null and ($1::text is null or s.team = $1) and ($2::text is null or s.endpoint_url = $2) and ($3::text is null or s.key > $3)
     order by s.key limit $4`,
    [team ?? null, endpointUrl ?? null, decodeCursor(page.after, 1)?.[0] ?? null, page.first + 1],
  );
  return toPage(rows, page.first, (service) => [service.key]);
}
