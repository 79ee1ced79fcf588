import {
  columnLineage, datasetEvent, deletedColumnLineage, type Event, explicitLineage, jobEvent, lifecycle, type Name, renamedFrom, runEvent, symlinks, withFacets,
} from "./events";

/**
 * The Brillenhaus, an optician's of several services. It declares its sources, that is where customers' data comes in, and nothing else: whatever
 * lies further on is known from events alone.
 */
export const DESCRIPTOR = `
services:
- { key: shop, name: Shop, team: sales }
- { key: eyecare, name: Eye tests, team: care }
entities:
- { key: customer, name: Customer }
- { key: product, name: Product }
assignments:
- { entity: customer, service: shop, role: SYSTEM_OF_RECORD }
- { entity: product, service: shop, role: SYSTEM_OF_RECORD }
datasets:
- namespace: postgres://shop:5432
  name: public.customers
  service: shop
  entities: [customer]
  identifierTypes: [email]
  fields: [{ name: id, categories: [user.unique_id] }, { name: email, categories: [user.contact.email] }]
- namespace: postgres://shop:5432
  name: public.products
  service: shop
  entities: [product]
  fields: [{ name: sku, categories: [] }]
`;

const shop = (name: string): Name => ({ namespace: "postgres://shop:5432", name: `public.${name}` });
const warehouse = (name: string): Name => ({ namespace: "snowflake://brillenhaus", name });
const lake = (name: string): Name => ({ namespace: "s3://brillenhaus-lake", name });
const bus = (name: string): Name => ({ namespace: "kafka://bus:9092", name });
const metastore = (name: string): Name => ({ namespace: "hive://metastore:9083", name });

export const customers = shop("customers");
const products = shop("products");

/** Copies of the customers, by how they came about. */
export const COPIES = {
  capturedChanges: bus("shop.customers"),
  raw: warehouse("RAW.CUSTOMERS"),
  stillRunning: lake("bronze/customers"),
  ofDeletedJob: warehouse("LEGACY.CUSTOMERS_2019"),
  behindDeletedJob: warehouse("LEGACY.MAILINGS_2019"),
  ofFailedRun: lake("tmp/failed export"),
  behindFailedRun: lake("tmp/of failed export"),
  ofAbortedRun: lake("tmp/aborted export"),
  hashed: warehouse("MARTS.CUSTOMERS_HASHED"),
  behindHash: warehouse("ML.FEATURES"),
  renamed: warehouse("STAGE.CLIENTS"),
  behindRename: warehouse("REPORTS.CLIENTS"),
  bySymlink: metastore("crm.contacts"),
  behindSymlink: warehouse("BI.CONTACTS"),
  behindManyPairs: warehouse("AUDIT.SAMPLE"),
  noLongerWritten: warehouse("MARTS.OLD_SEGMENTS"),
  stillWritten: warehouse("MARTS.SEGMENTS"),
  hiddenByBetterLineage: warehouse("MARTS.BY_REGION"),
  ofDeletedFacet: warehouse("MARTS.ONCE_STATED"),
} as const;

/** What a job of 7 inputs and 143 outputs writes: 1,001 pairs. */
export const SHARDS = Array.from({ length: 143 }, (_, at) => lake(`shards/${at}`));
export const MIXED_IN = Array.from({ length: 6 }, (_, at) => warehouse(`REF.TABLE_${at}`));

/** Of the catalogue of spectacles: no customer's data comes there. */
export const OTHERS = [products, warehouse("RAW.PRODUCTS"), warehouse("MARTS.PRICES")] as const;

export const DELETED_JOB = "archive_2019";
const OLD_NAME = warehouse("STAGE.CUST_TMP");
/** The place in which the metastore keeps its table. */
const LOCATION = lake("warehouse/crm.db/contacts");

const { raw } = COPIES;

/** What its tools have sent, in the order of what happened. All of it was in January and February. */
export const EVENTS: readonly Event[] = [
  runEvent({ job: "archive_2019", at: "2026-01-01T02:00:00Z", inputs: [customers], outputs: [COPIES.ofDeletedJob] }),
  runEvent({ job: "mail_2019", at: "2026-01-01T03:00:00Z", inputs: [COPIES.ofDeletedJob], outputs: [COPIES.behindDeletedJob] }),
  jobEvent({ job: "debezium", at: "2026-01-02T00:00:00Z", inputs: [customers], outputs: [COPIES.capturedChanges] }),
  runEvent({ job: "load", type: "START", at: "2026-01-03T01:00:00Z", inputs: [COPIES.capturedChanges] }),
  runEvent({ job: "load", type: "RUNNING", at: "2026-01-03T01:10:00Z", outputs: [raw] }),
  runEvent({ job: "load", type: "COMPLETE", at: "2026-01-03T01:20:00Z" }),
  runEvent({ job: "to_bronze", type: "START", at: "2026-01-03T02:00:00Z", inputs: [COPIES.capturedChanges], outputs: [COPIES.stillRunning] }),
  runEvent({ job: "export", type: "START", at: "2026-01-04T01:00:00Z", inputs: [raw], outputs: [COPIES.ofFailedRun] }),
  runEvent({ job: "export", type: "FAIL", at: "2026-01-04T01:05:00Z" }),
  runEvent({ job: "salvage", type: "FAIL", at: "2026-01-04T02:00:00Z", inputs: [COPIES.ofFailedRun], outputs: [COPIES.behindFailedRun] }),
  runEvent({ job: "export", run: "second", type: "ABORT", at: "2026-01-05T01:00:00Z", inputs: [raw], outputs: [COPIES.ofAbortedRun] }),
  runEvent({
    job: "hash", at: "2026-01-06T01:00:00Z", inputs: [raw],
    outputs: [withFacets(COPIES.hashed, columnLineage({ email_hash: [[raw, "email", true]], id_hash: [[raw, "id", true]] }))],
  }),
  runEvent({ job: "features", at: "2026-01-06T02:00:00Z", inputs: [COPIES.hashed], outputs: [COPIES.behindHash] }),
  runEvent({ job: "stage", at: "2026-01-07T01:00:00Z", inputs: [raw], outputs: [OLD_NAME] }),
  runEvent({ job: "rename", at: "2026-01-08T01:00:00Z", outputs: [withFacets(COPIES.renamed, renamedFrom(OLD_NAME))] }),
  runEvent({ job: "report", at: "2026-01-09T01:00:00Z", inputs: [COPIES.renamed], outputs: [COPIES.behindRename] }),
  runEvent({ job: "sync", at: "2026-01-10T01:00:00Z", inputs: [raw], outputs: [withFacets(COPIES.bySymlink, symlinks(LOCATION))] }),
  runEvent({ job: "contacts", at: "2026-01-10T02:00:00Z", inputs: [LOCATION], outputs: [COPIES.behindSymlink] }),
  runEvent({ job: "shuffle", at: "2026-01-11T01:00:00Z", inputs: [raw, ...MIXED_IN], outputs: SHARDS }),
  runEvent({ job: "sample", at: "2026-01-11T02:00:00Z", inputs: [SHARDS[142]!], outputs: [COPIES.behindManyPairs] }),
  jobEvent({ job: "segments", at: "2026-01-12T01:00:00Z", inputs: [raw], outputs: [COPIES.noLongerWritten] }),
  jobEvent({ job: "segments", at: "2026-01-13T01:00:00Z", inputs: [raw], outputs: [COPIES.stillWritten] }),
  runEvent({ job: "regions", at: "2026-01-14T01:00:00Z", inputs: [raw, MIXED_IN[0]!], outputs: [withFacets(COPIES.hiddenByBetterLineage, explicitLineage(MIXED_IN[0]!))] }),
  datasetEvent(withFacets(COPIES.ofDeletedFacet, columnLineage({ mail: [[raw, "email"]] })), "2026-01-15T01:00:00Z"),
  datasetEvent(withFacets(COPIES.ofDeletedFacet, deletedColumnLineage()), "2026-01-16T01:00:00Z"),
  // A producer's word does not end custody.
  runEvent({ job: "drop", at: "2026-01-17T01:00:00Z", outputs: [withFacets(COPIES.behindDeletedJob, lifecycle("DROP"))] }),
  runEvent({ job: "load_products", at: "2026-01-18T01:00:00Z", inputs: [products], outputs: [OTHERS[1]] }),
  runEvent({ job: "prices", at: "2026-01-18T02:00:00Z", inputs: [OTHERS[1]], outputs: [OTHERS[2]] }),
];
