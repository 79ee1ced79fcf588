import type { DatabaseRoles, TableRight } from "../../platform/database/roles";

const READ: readonly TableRight[] = ["SELECT"];
const APPEND: readonly TableRight[] = ["SELECT", "INSERT"];

export const SEQUENCER = "cadastre_sequencer";
export const KEEPER = "cadastre_keeper";

/**
 * Who may do what to the log: business work appends to the inbox and reads; the sequencer gives places, builds the tree and keeps checkpoints; the
 * keeper takes away what retention ends. The triggers of migrations/*-audit-log.sql bind all of them, and the owner of the tables.
 */
export const LOG_ROLES: DatabaseRoles = {
  ordinary: {
    name: "cadastre_app",
    restricted: {
      audit_inbox: APPEND,
      audit_entry_facts: APPEND,
      audit_entry_subjects: APPEND,
      audit_combinations: APPEND,
      access_event_ids: APPEND,
      audit_cosignatures: APPEND,
      audit_entries: READ,
      audit_checkpoints: READ,
      audit_dropped_ranges: READ,
      audit_log: READ,
      audit_tree: READ,
      audit_tiles: READ,
    },
  },
  duties: {
    [SEQUENCER]: {
      // UPDATE: to lock the rows that it takes.
      audit_inbox: ["UPDATE", "DELETE"],
      audit_entries: ["INSERT"],
      audit_log: ["UPDATE"],
      audit_tree: ["UPDATE"],
      audit_tiles: ["INSERT", "UPDATE"],
      audit_checkpoints: ["INSERT"],
    },
    [KEEPER]: {
      audit_dropped_ranges: ["INSERT"],
      audit_entries: ["DELETE"],
      audit_entry_facts: ["DELETE"],
      audit_entry_subjects: ["DELETE"],
      audit_combinations: ["DELETE"],
      access_event_ids: ["DELETE"],
    },
  },
};
