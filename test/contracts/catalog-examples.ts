import { generateSigningKey } from "../../src/participant";
import { type Examples, having, type Prepare, SINCE, UNKNOWN, unknown } from "./example";
import type { ExampleWorld, Input } from "./example-world";

const NEW_KEY = generateSigningKey().publicKey;

const named = (what: string): Prepare => async ({ fresh }) => ({ key: fresh(what), name: what });

export async function service(world: ExampleWorld): Promise<{ service: string }> {
  return { service: (await world.mutate("registerService", await named("service")(world))).id };
}

export const dataset: Prepare = async ({ fresh }) => ({ namespace: "kafka://shop", name: fresh("topic"), fields: [{ name: "email" }] });

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

export const CATALOG_EXAMPLES: Examples = {
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

};
