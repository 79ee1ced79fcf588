import type { Examples } from "./example";

const PEOPLE = "dataset:postgres%3A%2F%2Fcrm:people";

export const AUDIT_EXAMPLES: Examples = {
  recordAccess: {
    prepare: async ({ fresh, now }) => {
      const access = { at: now(), actor: "caller", dataset: PEOPLE, purpose: "support", basis: "contract" };
      return { events: [{ ...access, eventId: fresh("event"), identifier: { type: "email", value: "ada@example.org" } }, { ...access, eventId: fresh("event") }] };
    },
    again: "NOTHING",
    action: "access.data",
    objects: [PEOPLE, PEOPLE],
  },
  dropAuditEntries: {
    prepare: async (world) => {
      const identifier = { type: "email", value: `${world.fresh("person")}@example.org` };
      const access = { eventId: world.fresh("event"), at: world.now(), actor: "caller", dataset: PEOPLE, purpose: "support", basis: "contract", identifier };
      await world.mutate("recordAccess", { events: [access] });
      await world.publishAuditLog();
      const before = world.now();
      world.clock.advance("P1D");
      return { before };
    },
    again: "NOTHING",
    onlyLog: true,
    refused: { BAD_USER_INPUT: async ({ now }) => ({ before: now() }) },
  },
  recoverAuditLog: {
    prepare: async (world) => {
      await world.breakAuditLog();
      return {};
    },
    again: "PRECONDITION_FAILED",
    onlyLog: true,
  },
};
