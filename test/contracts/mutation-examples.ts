import { AUDIT_EXAMPLES } from "./audit-examples";
import { CATALOG_EXAMPLES, service } from "./catalog-examples";
import { ERASURE_EXAMPLES } from "./erasure-examples";
import { type Examples, type Prepare, unknown } from "./example";
import { LINEAGE_EXAMPLES } from "./lineage-examples";

const operated: Prepare = async (world) => ({ id: (await service(world)).service, code: "other" });

const stopped: Prepare = async (world) => {
  const input = await operated(world);
  await world.mutate("stopService", input);
  return input;
};

const ACCESS_EXAMPLES: Examples = {
  createToken: { prepare: async ({ fresh }) => ({ principal: fresh("principal"), roles: ["reader"] }), again: "CHANGES" },
  revokeToken: {
    prepare: async (world) => ({ id: (await world.mutate("createToken", { principal: "somebody", roles: ["reader"] })).id }),
    again: "NOTHING",
    refused: unknown,
  },
};

const DISPATCH_EXAMPLES: Examples = {
  stopService: {
    prepare: operated,
    again: "NOTHING",
    refused: { NOT_FOUND: async () => ({ id: "service:nobody", code: "other" }) },
  },
  resumeService: {
    prepare: stopped,
    again: "NOTHING",
    refused: { NOT_FOUND: async () => ({ id: "service:nobody", code: "other" }) },
  },
};

/** One for each mutation of the schema, in the order of doors.graphql. */
export const EXAMPLES: Examples = { ...ACCESS_EXAMPLES, ...CATALOG_EXAMPLES, ...LINEAGE_EXAMPLES, ...AUDIT_EXAMPLES, ...ERASURE_EXAMPLES, ...DISPATCH_EXAMPLES };
