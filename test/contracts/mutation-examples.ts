import { generateSigningKey } from "../../src/participant";
import type { ErrorCode } from "../../src/platform/errors";
import type { ExampleWorld, Input } from "./example-world";

type Prepare = (world: ExampleWorld) => Promise<Input>;

/** A call of a mutation that changes something, and calls of it that are refused. */
export interface Example {
  /** Makes a world in which the mutation is a change; answers its input. */
  readonly prepare: Prepare;
  /** What the same call is the second time: no change at all, another change, or a refusal. */
  readonly again: "NOTHING" | "CHANGES" | ErrorCode;
  /** Inputs that are refused with this code. */
  readonly refused?: { readonly [Code in ErrorCode]?: Prepare };
  /** What the entries are about, one entry each, where that is not the `id` of the answer. */
  readonly objects?: readonly string[];
}

const UNKNOWN = "0190a0a0-0000-7000-8000-000000000000";
const unknown = { NOT_FOUND: async () => ({ id: UNKNOWN }) };
const unknownFor = (more: Input) => ({ NOT_FOUND: async () => ({ id: UNKNOWN, ...more }) });

const having =
  (prepare: Prepare, more: Input | ((world: ExampleWorld) => Input)): Prepare =>
  async (world) => ({ ...(await prepare(world)), ...(typeof more === "function" ? more(world) : more) });

const NEW_KEY = generateSigningKey().publicKey;
const SINCE = "2026-01-01T00:00:00Z";

// ── catalog ──

const named = (what: string): Prepare => async ({ fresh }) => ({ key: fresh(what), name: what });

async function service(world: ExampleWorld): Promise<{ service: string }> {
  return { service: (await world.mutate("registerService", await named("service")(world))).id };
}

const dataset: Prepare = async ({ fresh }) => ({ namespace: "kafka://shop", name: fresh("topic"), fields: [{ name: "email" }] });

/** A service's claim to an entity, not made yet. */
const claim: Prepare = async (world) => {
  const { id: entity } = await world.mutate("registerEntity", await named("entity")(world));
  return { entity, ...(await service(world)), role: "SYSTEM_OF_RECORD", validFrom: SINCE };
};

const LATER = "2026-09-01T00:00:00Z";

/** That a dataset is anonymous, not proposed yet. */
const attestation: Prepare = async (world) => ({
  dataset: (await world.mutate("registerDataset", await dataset(world))).id,
  method: "aggregation",
  expiresAt: LATER,
});

const attested: Prepare = async (world) => ({ id: (await world.mutate("attestAnonymous", await attestation(world))).id });

const assignment: Prepare = async (world) => ({ id: (await world.mutate("assignOwnership", await claim(world))).id });

/** A transfer to another service, not proposed yet. */
const handover: Prepare = async (world) => {
  const owned = await claim(world);
  await world.mutate("assignOwnership", owned);
  return { entity: owned.entity, to: (await service(world)).service };
};

const transfer: Prepare = async (world) => world.mutate("proposeOwnershipTransfer", await handover(world));

const decided =
  (mutation: string): Prepare =>
  async (world) => world.as("second").mutate(mutation, await transfer(world));

/** That an entity has no system of record. */
const finding: Prepare = async (world) => {
  const { id } = await world.mutate("registerEntity", await named("entity")(world));
  const { ownershipFindings } = await world.ask<{ ownershipFindings: { edges: [{ node: { id: string } }] } }>(
    "query ($id: ID!) { ownershipFindings(subject: $id) { edges { node { id } } } }",
    { id },
  );
  return ownershipFindings.edges[0].node;
};

const resolvedFinding: Prepare = async (world) => {
  const { id: entity } = await world.mutate("registerEntity", await named("entity")(world));
  await world.mutate("assignOwnership", { entity, ...(await service(world)), role: "SYSTEM_OF_RECORD" });
  const { ownershipFindings } = await world.ask<{ ownershipFindings: { edges: [{ node: { id: string } }] } }>(
    "query ($id: ID!) { ownershipFindings(subject: $id, state: RESOLVED) { edges { node { id } } } }",
    { id: entity },
  );
  return ownershipFindings.edges[0].node;
};

const ACCEPTED = ({ clock }: ExampleWorld): Input => ({
  state: "ACCEPTED", reason: "it is bought next week", expiresAt: new Date(clock.now().getTime() + 86_400_000),
});

const silence: Prepare = async ({ fresh }) => ({ kind: "LOOKS_PERSONAL", subjectPattern: `dataset:${fresh("pattern")}*`, reason: "these are test data" });

const operated: Prepare = async (world) => ({ id: (await service(world)).service, code: "other" });

const stopped: Prepare = async (world) => {
  const input = await operated(world);
  await world.mutate("stopService", input);
  return input;
};

// ── lineage ──

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

/** A dataset that became another name of one. */
/** Between two datasets, not declared yet. */
const flow: Prepare = async (world) => {
  const registered = async () => (await world.mutate("registerDataset", await dataset(world))).id;
  return { from: await registered(), to: await registered() };
};

const EMPTIED = "dataset:kafka%3A%2F%2Fdisposals:emptied";

const merged: Prepare = async (world) => {
  const input = await two(world);
  await world.mutate("mergeDatasets", input);
  return { dataset: input.dataset };
};

// ── erasure ──

const person = ({ fresh }: ExampleWorld, prefix = ""): Input => ({
  identifiers: [{ type: "email", value: `${prefix}${fresh("person")}@example.org` }],
});

const unverified: Prepare = (world) => world.mutate("submitErasureRequest", person(world));

/** A request that waits for approval. */
const planned: Prepare = async (world) => {
  const request = await world.mutate("submitErasureRequest", { ...person(world), identityVerifiedAt: world.now() });
  await world.settle();
  return request;
};

/** A request whose service has answered the order to erase. */
const released: Prepare = async (world) => {
  const request = await world.as("second").mutate("approveErasureRequest", await planned(world));
  await world.settle();
  return request;
};

/** A request that has its certificate. */
const certified: Prepare = async (world) => {
  const request = await released(world);
  world.clock.advance("PT5M");
  await world.settle();
  return request;
};

const rejected: Prepare = async (world) => world.mutate("rejectErasureRequest", { ...(await unverified(world)), code: "no_match" });

/** The one task of a request. */
const taskOf =
  (request: Prepare): Prepare =>
  async (world) => {
    const { erasureRequest } = await world.ask<{ erasureRequest: { tasks: { edges: [{ node: { id: string } }] } } }>(
      "query ($id: ID!) { erasureRequest(id: $id) { tasks { edges { node { id } } } } }",
      await request(world),
    );
    return erasureRequest.tasks.edges[0].node;
  };

/** An identifier that a service returned and nobody vouches for yet. */
const doubted: Prepare = async (world) => {
  const request = await world.mutate("submitErasureRequest", { ...person(world, "alias-of-"), identityVerifiedAt: world.now() });
  await world.settle();
  const { erasureRequest } = await world.ask<{ erasureRequest: { quarantined: [{ id: string }] } }>(
    "query ($id: ID!) { erasureRequest(id: $id) { quarantined { id } } }",
    request,
  );
  return erasureRequest.quarantined[0];
};

const ACKNOWLEDGED = ({ now }: ExampleWorld): Input => ({ kind: "ACKNOWLEDGEMENT", sentAt: now(), channel: "letter" });

/** One for each mutation of the schema, in the order of doors.graphql. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  createToken: { prepare: async ({ fresh }) => ({ principal: fresh("principal"), roles: ["reader"] }), again: "CHANGES" },
  revokeToken: {
    prepare: async (world) => ({ id: (await world.mutate("createToken", { principal: "somebody", roles: ["reader"] })).id }),
    again: "NOTHING",
    refused: unknown,
  },

  registerService: { prepare: named("service"), again: "NOTHING" },
  registerEntity: { prepare: named("entity"), again: "NOTHING" },
  registerDataset: { prepare: dataset, again: "NOTHING" },
  classifyFields: {
    prepare: async (world) => ({
      dataset: (await world.mutate("registerDataset", await dataset(world))).id,
      fields: [{ name: "email", categories: ["user.contact.email"] }],
    }),
    again: "NOTHING",
    refused: { NOT_FOUND: async () => ({ dataset: "dataset:nowhere:nothing", fields: [] }) },
  },
  attestAnonymous: {
    prepare: attestation,
    again: "NOTHING",
    refused: {
      BAD_USER_INPUT: having(attestation, { method: "SHA-256 hash" }),
      NOT_FOUND: async () => ({ dataset: "dataset:nowhere:nothing", method: "aggregation", expiresAt: LATER }),
    },
  },
  confirmAttestation: {
    prepare: attested,
    again: "NOTHING",
    refused: {
      NOT_FOUND: async () => ({ id: "dataset:nowhere:nothing" }),
      FORBIDDEN: (world) => attested(world.as("caller")),
      PRECONDITION_FAILED: async (world) => ({ id: (await world.mutate("registerDataset", await dataset(world))).id }),
    },
  },
  assignOwnership: {
    prepare: claim,
    again: "NOTHING",
    refused: {
      CONFLICT: async (world) => {
        const first = await claim(world);
        await world.mutate("assignOwnership", first);
        return { ...first, ...(await service(world)) };
      },
    },
  },
  endOwnership: {
    prepare: having(assignment, { validTo: "2026-02-01T00:00:00Z" }),
    again: "NOTHING",
    refused: {
      ...unknown,
      PRECONDITION_FAILED: having(async (world) => world.mutate("endOwnership", await assignment(world)), { validTo: "2027-01-01T00:00:00Z" }),
    },
  },
  correctAssignment: {
    prepare: having(assignment, { role: "READER" }),
    again: "NOTHING",
    refused: {
      ...unknown,
      CONFLICT: async (world) => {
        const first = await claim(world);
        await world.mutate("assignOwnership", first);
        const reader = await world.mutate("assignOwnership", { ...first, ...(await service(world)), role: "READER" });
        return { ...reader, role: "SYSTEM_OF_RECORD" };
      },
    },
  },
  proposeOwnershipTransfer: {
    prepare: handover,
    again: "CHANGES",
    refused: {
      NOT_FOUND: async (world) => ({ ...(await handover(world)), to: "service:nobody" }),
      PRECONDITION_FAILED: async (world) => {
        const { entity, service: to } = await claim(world);
        return { entity, to };
      },
    },
  },
  acceptOwnershipTransfer: {
    prepare: transfer,
    again: "NOTHING",
    refused: {
      ...unknown,
      FORBIDDEN: (world) => transfer(world.as("caller")),
      PRECONDITION_FAILED: decided("declineOwnershipTransfer"),
      CONFLICT: async (world) => {
        const proposal = await handover(world);
        const { id } = await world.mutate("proposeOwnershipTransfer", proposal);
        const rival = await world.mutate("proposeOwnershipTransfer", { ...proposal, to: (await service(world)).service });
        await world.as("second").mutate("acceptOwnershipTransfer", rival);
        return { id };
      },
    },
  },
  declineOwnershipTransfer: {
    prepare: transfer,
    again: "NOTHING",
    refused: { ...unknown, FORBIDDEN: (world) => transfer(world.as("caller")), PRECONDITION_FAILED: decided("acceptOwnershipTransfer") },
  },
  withdrawOwnershipTransfer: {
    prepare: (world) => transfer(world.as("caller")),
    again: "NOTHING",
    refused: {
      ...unknown,
      FORBIDDEN: transfer,
      PRECONDITION_FAILED: async (world) => world.mutate("declineOwnershipTransfer", await transfer(world.as("caller"))),
    },
  },
  decideFinding: {
    prepare: having(finding, ACCEPTED),
    again: "NOTHING",
    refused: {
      NOT_FOUND: async (world) => ({ id: UNKNOWN, ...ACCEPTED(world) }),
      BAD_USER_INPUT: having(finding, { state: "ACCEPTED", reason: "for good" }),
      PRECONDITION_FAILED: having(resolvedFinding, { state: "OPEN" }),
    },
  },
  silenceFindings: {
    prepare: silence,
    again: "NOTHING",
    refused: {
      BAD_USER_INPUT: having(silence, { kind: "NOISE" }),
      CONFLICT: async (world) => {
        const input = await silence(world);
        await world.mutate("silenceFindings", input);
        return { ...input, reason: "they are noise" };
      },
    },
  },
  endFindingSilence: {
    prepare: async (world) => world.mutate("silenceFindings", await silence(world)),
    again: "NOTHING",
    refused: unknown,
  },
  classifyByPattern: {
    prepare: async (world) => {
      await world.mutate("registerDataset", { namespace: "kafka://patterns", name: "signups", fields: [{ name: "e_mail" }] });
      return { namespacePrefix: "kafka://patterns", fieldPattern: "e*mail", categories: ["user.contact.email"], dryRun: false };
    },
    again: "NOTHING",
    objects: ["dataset:kafka%3A%2F%2Fpatterns:signups"],
  },
  rotateEndpointKey: {
    prepare: having(service, { publicKey: NEW_KEY }),
    again: "NOTHING",
    refused: { NOT_FOUND: async () => ({ service: "service:nobody", publicKey: NEW_KEY }) },
  },
  checkEndpoint: {
    // The one service of the examples whose endpoint answers.
    prepare: async () => ({ service: "service:crm" }),
    again: "CHANGES",
    refused: { NOT_FOUND: async () => ({ service: "service:nobody" }), PRECONDITION_FAILED: service },
    objects: ["service:crm"],
  },
  importDescriptors: {
    prepare: async () => ({
      source: "shop.yaml",
      format: "CADASTRE",
      document: JSON.stringify({ services: [{ key: "imported", name: "Imported" }], entities: [{ key: "imported", name: "Imported" }] }),
      dryRun: false,
    }),
    again: "NOTHING",
    objects: ["entity:imported", "service:imported"],
  },

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
  submitErasureRequest: {
    prepare: async (world) => ({ ...person(world), externalRef: world.fresh("ticket") }),
    again: "NOTHING",
    refused: {
      CONFLICT: async (world) => {
        const first = { ...person(world), externalRef: world.fresh("ticket") };
        await world.mutate("submitErasureRequest", first);
        return { ...first, ...person(world) };
      },
    },
  },
  recordIdentityVerification: {
    prepare: having(unverified, ({ now }) => ({ event: "VERIFIED", at: now() })),
    again: "NOTHING",
    refused: {
      ...unknownFor({ event: "VERIFIED", at: SINCE }),
      PRECONDITION_FAILED: having(planned, ({ now }) => ({ event: "REQUESTED", at: now() })),
    },
  },
  approveErasureRequest: {
    prepare: planned,
    again: "CONFLICT",
    refused: { ...unknown, FORBIDDEN: (world) => planned(world.as("caller")), PRECONDITION_FAILED: unverified },
  },
  rejectErasureRequest: {
    prepare: having(unverified, { code: "no_match" }),
    again: "NOTHING",
    refused: { ...unknownFor({ code: "no_match" }), PRECONDITION_FAILED: having(released, { code: "no_match" }) },
  },
  cancelErasureRequest: {
    prepare: having(planned, { code: "other" }),
    again: "NOTHING",
    refused: { ...unknownFor({ code: "other" }), PRECONDITION_FAILED: having(certified, { code: "other" }) },
  },
  extendErasureDeadline: {
    prepare: having(unverified, { code: "complexity" }),
    again: "NOTHING",
    refused: { ...unknownFor({ code: "complexity" }), PRECONDITION_FAILED: having(rejected, { code: "complexity" }) },
  },
  confirmIdentifier: {
    prepare: doubted,
    again: "NOTHING",
    refused: { ...unknown, FORBIDDEN: (world) => doubted(world.as("caller")) },
  },
  retryErasureTask: {
    prepare: taskOf(certified),
    again: "PRECONDITION_FAILED",
    refused: { ...unknown, PRECONDITION_FAILED: taskOf(released) },
  },
  recordSubjectNotice: {
    prepare: having(unverified, ACKNOWLEDGED),
    again: "NOTHING",
    refused: {
      ...unknownFor({ kind: "ACKNOWLEDGEMENT", sentAt: SINCE, channel: "letter" }),
      PRECONDITION_FAILED: having(unverified, (world) => ({ ...ACKNOWLEDGED(world), kind: "COMPLETION" })),
    },
  },
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
