import { Gauge } from "prom-client";
import { type LogFigures, measureLog } from "../audit";
import type { Reader } from "../platform/database/sql";
import type { Metrics } from "../platform/http/metrics";

const GAUGES: Readonly<Record<keyof LogFigures, { readonly name: string; readonly help: string }>> = {
  treeSize: { name: "cadastre_audit_tree_size", help: "Leaves in the tree of the audit log." },
  unsequenced: { name: "cadastre_audit_unsequenced_entries", help: "Entries that have no place in the audit log yet." },
  unprotected: { name: "cadastre_audit_unprotected_entries", help: "Entries that stand under no checkpoint yet." },
  signerStopped: { name: "cadastre_audit_signer_stopped", help: "1 where the high-water mark keeps checkpoints from being signed, else 0." },
};

/** Shows how the audit log stands, as it does when it is asked for; not a number while the database does not answer. */
export function watchAuditLog(db: Reader, { registry }: Metrics): void {
  let measuring: Promise<LogFigures | undefined> | undefined;
  const measure = () => (measuring ??= measureLog(db).catch(() => undefined).finally(() => (measuring = undefined)));
  for (const [figure, described] of Object.entries(GAUGES) as [keyof LogFigures, (typeof GAUGES)[keyof LogFigures]][]) {
    new Gauge({
      ...described,
      registers: [registry],
      async collect() {
        this.set((await measure())?.[figure] ?? NaN);
      },
    });
  }
}
