import { type Examples, having, type Prepare, SINCE, unknown, unknownFor } from "./example";
import type { ExampleWorld, Input } from "./example-world";

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

export const ERASURE_EXAMPLES: Examples = {
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
};
