import pino, { type DestinationStream, type Logger } from "pino";

/**
 * Structured logs, on standard error unless elsewhere. Log ids, codes, counts and durations; never bodies, headers, identifiers or database values:
 * errors are written as type, code and stack only, because driver messages may quote values.
 */
export function createLogger(level: string, to: DestinationStream = pino.destination({ dest: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
    },
    to,
  );
}

function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)).slice(0, 12);
  return { type: error.name, ...(code === undefined ? {} : { code: String(code) }), stack: frames.join("\n") };
}
