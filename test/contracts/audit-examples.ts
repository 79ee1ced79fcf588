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
  recoverAuditLog: {
    prepare: async (world) => {
      await world.breakAuditLog();
      return {};
    },
    again: "PRECONDITION_FAILED",
    onlyLog: true,
  },
};
