import type { Pool, PoolClient } from "pg";
import type { AuditClient, Participant, ParticipantDataset } from "../../src/participant";
import type { Person } from "./people/people";

/** One of the company's services: what it keeps, in a database of its own, and how it obeys Cadastre's orders. */
export interface ShopService {
  /** Key in Cadastre's catalog, and the name of the service's database. */
  readonly key: string;
  readonly port: number;
  /** SQL that makes its tables. */
  readonly schema: string;
  /** What each table holds of these people when the shop opens. */
  fill(people: readonly Person[]): Readonly<Record<string, readonly object[]>>;
  readonly datasets: readonly ParticipantDataset<PoolClient>[];
  /** What its people do with its data as it opens; every access is reported. Only where the service has a token. */
  openDesk?(pool: Pool, audit: AuditClient): Promise<void>;
  /** Work that is done outside of requests, over and over. */
  workOff?(pool: Pool, participant: Participant<PoolClient>): Promise<void>;
}

/** The company's database server, as its datasets are named (OpenLineage: `postgres://host:port`, then `database.schema.table`). */
export const NAMESPACE = "postgres://shop:5432";
