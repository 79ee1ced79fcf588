import { dataset, service } from "./catalog-examples";
import { type Examples, having, type Prepare, SINCE } from "./example";

/** Sent again it changes nothing but how often its producer's broken facet was set aside. */
const LINEAGE_EVENT = JSON.stringify({
  eventTime: SINCE, producer: "https://etl.example", schemaURL: "JobEvent",
  job: { namespace: "airflow", name: "load", facets: { sql: {} } }, inputs: [], outputs: [{ namespace: "kafka://shop", name: "loaded" }],
});

/** Two datasets that nobody hosts. */
const two: Prepare = async (world) => ({
  dataset: (await world.mutate("registerDataset", await dataset(world))).id,
  into: (await world.mutate("registerDataset", await dataset(world))).id,
});

const renamed: Prepare = async (world) => ({ dataset: (await two(world)).dataset, namespace: "kafka://shop", name: world.fresh("renamed") });

/** Between two datasets, not declared yet. */
const flow: Prepare = async (world) => {
  const registered = async () => (await world.mutate("registerDataset", await dataset(world))).id;
  return { from: await registered(), to: await registered() };
};

const EMPTIED = "dataset:kafka%3A%2F%2Fdisposals:emptied";

/** A dataset that became another name of one. */
const merged: Prepare = async (world) => {
  const input = await two(world);
  await world.mutate("mergeDatasets", input);
  return { dataset: input.dataset };
};

export const LINEAGE_EXAMPLES: Examples = {
  recordLineageEvents: {
    prepare: async () => ({ events: [LINEAGE_EVENT] }),
    again: "CHANGES",
    objects: ["job:airflow:load"],
  },
  addNamespaceAlias: {
    prepare: async ({ fresh }) => ({ alias: fresh("kafka"), namespace: "kafka://shop" }),
    again: "NOTHING",
    refused: {
      BAD_USER_INPUT: async () => ({ alias: "kafka://shop", namespace: "kafka://SHOP" }),
      CONFLICT: async (world) => {
        const alias = world.fresh("kafka");
        await world.mutate("addNamespaceAlias", { alias, namespace: "kafka://shop" });
        return { alias, namespace: "kafka://crm" };
      },
    },
  },
  mergeDatasets: {
    prepare: two,
    again: "NOTHING",
    refused: {
      BAD_USER_INPUT: having(two, { dataset: "orders" }),
      NOT_FOUND: having(two, { dataset: "dataset:no:no" }),
      CONFLICT: async (world) => {
        const hosted = async () => (await world.mutate("registerDataset", { ...(await dataset(world)), ...(await service(world)) })).id;
        return { dataset: await hosted(), into: await hosted() };
      },
    },
  },
  declareLineage: {
    prepare: flow,
    again: "NOTHING",
    refused: { BAD_USER_INPUT: having(flow, { to: "entity:orders" }), NOT_FOUND: having(flow, { from: "dataset:no:no" }) },
  },
  retireLineage: {
    prepare: async (world) => world.mutate("declareLineage", await flow(world)),
    again: "NOTHING",
    refused: { BAD_USER_INPUT: async () => ({}), NOT_FOUND: async () => ({ id: "flow:999999999" }) },
  },
  recordDisposal: {
    prepare: async (world) => {
      await world.mutate("registerDataset", { namespace: "kafka://disposals", name: "emptied" });
      return { dataset: EMPTIED, kind: "TRUNCATED", at: world.now() };
    },
    again: "NOTHING",
    objects: [EMPTIED],
    refused: {
      BAD_USER_INPUT: async () => ({ dataset: EMPTIED, kind: "TRUNCATED", at: "2999-01-01T00:00:00Z" }),
      NOT_FOUND: async (world) => ({ dataset: "dataset:no:no", kind: "DROPPED", at: world.now() }),
    },
  },
  undoDatasetMerge: {
    prepare: merged,
    again: "NOTHING",
    refused: {
      NOT_FOUND: async () => ({ dataset: "dataset:no:no" }),
      PRECONDITION_FAILED: async (world) => ({ dataset: (await two(world)).dataset }),
    },
  },
  renameDataset: {
    prepare: renamed,
    again: "NOTHING",
    refused: {
      BAD_USER_INPUT: having(renamed, { name: "" }),
      NOT_FOUND: having(renamed, { dataset: "dataset:no:no" }),
      CONFLICT: async (world) => {
        const name = world.fresh("taken");
        await world.mutate("registerDataset", { namespace: "kafka://shop", name, ...(await service(world)) });
        return { ...(await renamed(world)), name };
      },
    },
  },
};
