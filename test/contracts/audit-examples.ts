import type { Examples } from "./example";

export const AUDIT_EXAMPLES: Examples = {
  recoverAuditLog: {
    prepare: async (world) => {
      await world.breakAuditLog();
      return {};
    },
    again: "PRECONDITION_FAILED",
    onlyLog: true,
  },
};
