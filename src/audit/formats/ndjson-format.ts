import type { ExportFormat } from "../export-model";

/** The exact bytes that are hashed into the log, a line each: what `SHA256(0x00 || line)` is proven by. */
export const ndjsonFormat: ExportFormat = {
  contentType: "application/x-ndjson",
  fileName: "audit.ndjson",
  write: ({ bytes }) => `${bytes.toString("utf8")}\n`,
};
