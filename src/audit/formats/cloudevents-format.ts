import { disclosedMembers, type ExportFormat } from "../export-model";

/** CloudEvents 1.0 in structured JSON, an event a line; `source` is the log's address, so that (source, id) names the entry. */
export const cloudeventsFormat = (source: string): ExportFormat => ({
  contentType: "application/x-ndjson",
  fileName: "audit.cloudevents.ndjson",
  write: (entry) => {
    const { id, time, object, action, ...said } = disclosedMembers(entry);
    const event = {
      specversion: "1.0",
      id,
      source,
      type: `cadastre.audit.${action}`,
      subject: object,
      time,
      datacontenttype: "application/json",
      data: { action, object, ...said, leafIndex: entry.leafIndex ?? undefined },
    };
    return `${JSON.stringify(event)}\n`;
  },
});
